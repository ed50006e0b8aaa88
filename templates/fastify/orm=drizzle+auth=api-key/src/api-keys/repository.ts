/** Queries on API keys. */

import {
  and,
  count,
  desc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  or,
  type SQL,
} from "drizzle-orm";
import type { Session } from "../database/session.ts";
import { TokenRepository, toToken } from "../tokens/repository.ts";
import { tokens } from "../tokens/table.ts";
import { type ApiKey, KIND } from "./model.ts";
import { apiKeys } from "./table.ts";

export class ApiKeyRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Stores a key, and deletes expired ones of its owner, whose row is locked. */
  async add({ token, name, parentId }: ApiKey): Promise<void> {
    await new TokenRepository(this.#session).add(token);
    await this.#session.insert(apiKeys).values({ id: token.id, name, parentId });
  }

  /** Finds a key, active or not, of one owner or of any. */
  async find(keyId: string, ownerId: string | undefined): Promise<ApiKey | undefined> {
    const ofOwner = ownerId === undefined ? undefined : eq(tokens.userId, ownerId);
    const [key] = await this.#select(and(eq(tokens.id, keyId), ofOwner));
    return key;
  }

  /** Counts the active keys of an owner. */
  async count(ownerId: string, at: Date): Promise<number> {
    const [row] = await this.#session
      .select({ number: count() })
      .from(tokens)
      .where(and(eq(tokens.userId, ownerId), eq(tokens.kind, KIND), worksAt(at)));
    return Number(row?.number ?? 0);
  }

  /** Lists the keys of an owner that are not revoked. */
  async idsOf(ownerId: string): Promise<string[]> {
    const rows = await this.#session
      .select({ id: tokens.id })
      .from(tokens)
      .where(and(eq(tokens.userId, ownerId), eq(tokens.kind, KIND), isNull(tokens.revokedAt)));
    return rows.map(({ id }) => id);
  }

  /** Lists those of the keys that are not revoked. */
  async unrevoked(keyIds: readonly string[]): Promise<ApiKey[]> {
    return await this.#unrevoked(inArray(tokens.id, [...keyIds]), keyIds);
  }

  /** Lists the keys that were created with one of these and are not revoked. */
  async madeWith(keyIds: readonly string[]): Promise<ApiKey[]> {
    return await this.#unrevoked(inArray(apiKeys.parentId, [...keyIds]), keyIds);
  }

  /** Revokes keys, whose owners are locked. */
  async revoke(keyIds: readonly string[], at: Date): Promise<void> {
    if (keyIds.length > 0) {
      const unrevoked = and(inArray(tokens.id, [...keyIds]), isNull(tokens.revokedAt));
      await this.#session.update(tokens).set({ revokedAt: at }).where(unrevoked);
    }
  }

  /** Deletes up to `limit` keys revoked before a time; returns how many there were. */
  async deleteRevoked(before: Date, limit: number): Promise<number> {
    const revoked = await this.#session
      .select({ id: tokens.id })
      .from(tokens)
      .where(and(eq(tokens.kind, KIND), lt(tokens.revokedAt, before)))
      .limit(limit);
    await this.#delete(revoked);
    return revoked.length;
  }

  /** Deletes revoked keys of an owner, whose row is locked; the last `kept` of them stay. */
  async pruneRevoked(ownerId: string, kept: number): Promise<void> {
    const revoked = await this.#session
      .select({ id: tokens.id })
      .from(tokens)
      .where(and(eq(tokens.userId, ownerId), eq(tokens.kind, KIND), isNotNull(tokens.revokedAt)))
      .orderBy(desc(tokens.revokedAt))
      .limit(kept)
      .offset(kept);
    await this.#delete(revoked);
  }

  /** Lists up to `limit` active keys of an owner, newest first, older than `after`. */
  async page(
    ownerId: string,
    at: Date,
    limit: number,
    after: string | undefined,
  ): Promise<ApiKey[]> {
    const older = after === undefined ? undefined : lt(tokens.id, after);
    return await this.#select(and(eq(tokens.userId, ownerId), worksAt(at), older), limit);
  }

  async #delete(rows: readonly { readonly id: string }[]): Promise<void> {
    if (rows.length > 0) {
      const ids = rows.map(({ id }) => id);
      await this.#session.delete(tokens).where(inArray(tokens.id, ids));
    }
  }

  async #unrevoked(condition: SQL, keyIds: readonly string[]): Promise<ApiKey[]> {
    return keyIds.length === 0 ? [] : await this.#select(and(condition, isNull(tokens.revokedAt)));
  }

  async #select(condition: SQL | undefined, limit?: number): Promise<ApiKey[]> {
    const query = this.#session
      .select({ token: tokens, name: apiKeys.name, parentId: apiKeys.parentId })
      .from(apiKeys)
      .innerJoin(tokens, eq(tokens.id, apiKeys.id))
      .where(and(eq(tokens.kind, KIND), condition))
      .orderBy(desc(tokens.id));
    const rows = await (limit === undefined ? query : query.limit(limit));
    return rows.map(({ token, name, parentId }) => ({
      token: toToken(token),
      name,
      parentId: parentId ?? undefined,
    }));
  }
}

const worksAt = (at: Date): SQL | undefined =>
  and(isNull(tokens.revokedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, at)));
