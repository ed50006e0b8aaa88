/** Queries on API keys. */

import { and, count, desc, eq, gt, inArray, isNull, lt, or, type SQL } from "drizzle-orm";
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

  /** Lists the keys of an owner, active or not. */
  async idsOf(ownerId: string): Promise<string[]> {
    const rows = await this.#session
      .select({ id: tokens.id })
      .from(tokens)
      .where(and(eq(tokens.userId, ownerId), eq(tokens.kind, KIND)));
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
