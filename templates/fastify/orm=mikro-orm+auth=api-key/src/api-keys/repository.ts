/** Queries on API keys. */

import type { FilterQuery, InferEntity } from "@mikro-orm/core";
import { FRESH, type Session } from "../database/session.ts";
import { TokenRepository, toToken } from "../tokens/repository.ts";
import { tokens } from "../tokens/table.ts";
import { type ApiKey, KIND } from "./model.ts";
import { apiKeys } from "./table.ts";

type KeyRow = InferEntity<typeof apiKeys>;

export class ApiKeyRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Stores a key, and deletes expired ones of its owner, whose row is locked. */
  async add({ token, name, parentId }: ApiKey): Promise<void> {
    await new TokenRepository(this.#session).add(token);
    await this.#session.insert(apiKeys, { token: token.id, name, parentId: parentId ?? null });
  }

  /** Finds a key, active or not, of one owner or of any. */
  async find(keyId: string, ownerId: string | undefined): Promise<ApiKey | undefined> {
    const ofOwner = ownerId === undefined ? {} : { userId: ownerId };
    const [key] = await this.#select({ token: { id: keyId, ...ofOwner } });
    return key;
  }

  /** Counts the active keys of an owner. */
  async count(ownerId: string, at: Date): Promise<number> {
    return await this.#session.count(tokens, { userId: ownerId, kind: KIND, ...worksAt(at) });
  }

  /** Lists the keys of an owner that are not revoked. */
  async idsOf(ownerId: string): Promise<string[]> {
    const unrevoked = { userId: ownerId, kind: KIND, revokedAt: null };
    const rows = await this.#session.find(tokens, unrevoked, { ...FRESH, fields: ["id"] });
    return rows.map(({ id }) => id);
  }

  /** Lists those of the keys that are not revoked. */
  async unrevoked(keyIds: readonly string[]): Promise<ApiKey[]> {
    const ids = { $in: [...keyIds] };
    return await this.#unrevoked({ token: { id: ids, revokedAt: null } }, keyIds);
  }

  /** Lists the keys that were created with one of these and are not revoked. */
  async madeWith(keyIds: readonly string[]): Promise<ApiKey[]> {
    const parentId = { $in: [...keyIds] };
    return await this.#unrevoked({ parentId, token: { revokedAt: null } }, keyIds);
  }

  /** Revokes keys, whose owners are locked. */
  async revoke(keyIds: readonly string[], at: Date): Promise<void> {
    if (keyIds.length > 0) {
      const unrevoked = { id: { $in: [...keyIds] }, revokedAt: null };
      await this.#session.nativeUpdate(tokens, unrevoked, { revokedAt: at });
    }
  }

  /** Deletes up to `limit` keys revoked before a time; returns how many there were. */
  async deleteRevoked(before: Date, limit: number): Promise<number> {
    const revoked = await this.#session.find(
      tokens,
      { kind: KIND, revokedAt: { $lt: before } },
      { ...FRESH, fields: ["id"], limit },
    );
    await this.#delete(revoked);
    return revoked.length;
  }

  /** Deletes revoked keys of an owner, whose row is locked; the last `kept` of them stay. */
  async pruneRevoked(ownerId: string, kept: number): Promise<void> {
    const revoked = await this.#session.find(
      tokens,
      { userId: ownerId, kind: KIND, revokedAt: { $ne: null } },
      { ...FRESH, fields: ["id"], orderBy: { revokedAt: "desc" }, limit: kept, offset: kept },
    );
    await this.#delete(revoked);
  }

  /** Lists up to `limit` active keys of an owner, newest first, older than `after`. */
  async page(
    ownerId: string,
    at: Date,
    limit: number,
    after: string | undefined,
  ): Promise<ApiKey[]> {
    const older = after === undefined ? {} : { id: { $lt: after } };
    return await this.#select({ token: { userId: ownerId, ...worksAt(at), ...older } }, limit);
  }

  async #delete(rows: readonly { readonly id: string }[]): Promise<void> {
    if (rows.length > 0) {
      await this.#session.nativeDelete(tokens, { id: { $in: rows.map(({ id }) => id) } });
    }
  }

  async #unrevoked(where: FilterQuery<KeyRow>, keyIds: readonly string[]): Promise<ApiKey[]> {
    return keyIds.length === 0 ? [] : await this.#select(where);
  }

  async #select(where: FilterQuery<KeyRow>, limit?: number): Promise<ApiKey[]> {
    const rows = await this.#session.find(
      apiKeys,
      { $and: [where, { token: { kind: KIND } }] },
      {
        ...FRESH,
        populate: ["token"],
        strategy: "joined",
        orderBy: { token: { id: "desc" } },
        ...(limit === undefined ? {} : { limit }),
      },
    );
    return rows.map(({ token, name, parentId }) => ({
      token: toToken(token),
      name,
      parentId: parentId ?? undefined,
    }));
  }
}

const worksAt = (at: Date) => ({
  revokedAt: null,
  $or: [{ expiresAt: null }, { expiresAt: { $gt: at } }],
});
