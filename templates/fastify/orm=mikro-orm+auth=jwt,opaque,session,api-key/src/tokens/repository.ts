/** Queries on stored credentials. */

import type { FilterQuery, InferEntity } from "@mikro-orm/core";
import type { InferKyselyTable } from "@mikro-orm/sql";
import { type Selectable, sql } from "kysely";
import { prepared } from "../database/prepared.ts";
import { moment, momentOrNull } from "../database/rows.ts";
import { FRESH, LOCKED, type Session } from "../database/session.ts";
import { ACCOUNT_COLUMNS, accountIn } from "../users/joined.ts";
import type { User } from "../users/model.ts";
import { users } from "../users/table.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

type TokenRow = InferEntity<typeof tokens>;

interface Tables {
  readonly users: InferKyselyTable<typeof users>;
  readonly tokens: InferKyselyTable<typeof tokens>;
}

const alive = (session: Session, kind: string, at: Date) =>
  session
    .getKysely<Tables>()
    .selectFrom("users")
    .innerJoin("tokens", "tokens.user_id", "users.id")
    .selectAll("tokens")
    .select(ACCOUNT_COLUMNS)
    .where("tokens.kind", "=", kind)
    .where("tokens.revoked_at", "is", null)
    .where((row) => row.or([row("expires_at", "is", null), row("expires_at", ">", at)]))
    .where("users.is_active", "=", sql.lit(true))
    .limit(sql.lit(1));

// Each authenticated request runs one of these.
const ALIVE_BY = {
  digest: prepared(
    "token_alive_by_digest",
    (session: Session, kind: string, at: Date, digest: Buffer) =>
      alive(session, kind, at).where("tokens.digest", "=", digest),
  ),
  familyId: prepared(
    "token_alive_by_family",
    (session: Session, kind: string, at: Date, familyId: string) =>
      alive(session, kind, at).where("tokens.family_id", "=", familyId),
  ),
};

/** What `findAlive` looks for: one or the other. */
export type TokenKey = { readonly digest: Buffer } | { readonly familyId: string };

/** Which tokens `revokeAll` leaves alone. */
export interface Kept {
  readonly family?: string | undefined;
  readonly kind?: string | undefined;
}

/**
 * An account's tokens are written under the lock of its row in `users`.
 *
 * Without it, a refresh during the end of all sessions would add a token that the latter does not
 * see, and one session would survive.
 */
export class TokenRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Stores a token, and deletes expired ones of its owner, whose row is locked. */
  async add(token: Token): Promise<void> {
    const { userId, createdAt } = token;
    await this.#session.nativeDelete(tokens, { userId, expiresAt: { $lt: createdAt } });
    const scopes = token.scopes === undefined ? null : [...token.scopes].sort().join(" ");
    await this.#session.insert(tokens, { ...token, scopes });
  }

  /** Finds a token by its digest, whether it can still be used or not. */
  async find(kind: string, digests: readonly Buffer[]): Promise<Token | undefined> {
    const found = { kind, digest: { $in: [...digests] } };
    const row = await this.#session.findOne(tokens, found, FRESH);
    return row === null ? undefined : toToken(row);
  }

  /**
   * Uses a token. Of two concurrent uses, one gets true: the UPDATE decides.
   *
   * The row of the owner is locked.
   */
  async consume(tokenId: string, at: Date): Promise<boolean> {
    const usable = { id: tokenId, revokedAt: null, expiresAt: { $gt: at } };
    const used = { lastUsedAt: at, revokedAt: at };
    return (await this.#session.nativeUpdate(tokens, usable, used)) === 1;
  }

  /** Revokes a family; returns false if it was already revoked. */
  async revokeFamily(familyId: string, at: Date): Promise<boolean> {
    const ofFamily = { ...FRESH, fields: ["userId"] } as const;
    const token = await this.#session.findOne(tokens, { familyId }, ofFamily);
    if (token === null) {
      return false;
    }
    await this.#lockOwner(token.userId);
    return await this.#revoke(at, { familyId });
  }

  /** Revokes every token of an account, except those of one family or one kind. */
  async revokeAll(userId: string, at: Date, kept: Kept = {}): Promise<void> {
    await this.#lockOwner(userId);
    await this.#revoke(at, {
      userId,
      ...(kept.family === undefined ? {} : { familyId: { $ne: kept.family } }),
      ...(kept.kind === undefined ? {} : { kind: { $ne: kept.kind } }),
    });
  }

  /** Revokes the tokens of one kind of an account, whose row is locked. */
  async revokeKind(userId: string, kind: string, at: Date): Promise<void> {
    await this.#revoke(at, { userId, kind });
  }

  /** Deletes up to `limit` expired tokens; returns how many there were. */
  async deleteExpired(at: Date, limit: number): Promise<number> {
    const expired = await this.#session.find(
      tokens,
      { expiresAt: { $lte: at } },
      { ...FRESH, fields: ["id"], limit },
    );
    if (expired.length > 0) {
      await this.#session.nativeDelete(tokens, { id: { $in: expired.map(({ id }) => id) } });
    }
    return expired.length;
  }

  /** Finds a valid token and its active owner in one query. */
  async findAlive(
    kind: string,
    key: TokenKey,
    at: Date,
  ): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    const row =
      "digest" in key
        ? await ALIVE_BY.digest(this.#session, kind, at, key.digest)
        : await ALIVE_BY.familyId(this.#session, kind, at, key.familyId);
    return row && { token: toToken(stored(row)), user: accountIn(row) };
  }

  /** Returns whether a family has a valid token. */
  async isAlive(familyId: string, at: Date): Promise<boolean> {
    const unexpired = { $or: [{ expiresAt: null }, { expiresAt: { $gt: at } }] };
    return (await this.#session.count(tokens, { familyId, revokedAt: null, ...unexpired })) > 0;
  }

  async #lockOwner(userId: string): Promise<void> {
    await this.#session.findOne(users, { id: userId }, { ...LOCKED, fields: ["id"] });
  }

  async #revoke(at: Date, where: FilterQuery<TokenRow>): Promise<boolean> {
    const unrevoked = { $and: [where, { revokedAt: null }] };
    return (await this.#session.nativeUpdate(tokens, unrevoked, { revokedAt: at })) > 0;
  }
}

/** Builds the entity's row from that of the table. */
const stored = (row: Selectable<Tables["tokens"]>): TokenRow => ({
  id: row.id,
  kind: row.kind,
  userId: row.user_id,
  familyId: row.family_id,
  digest: Buffer.from(row.digest),
  scopes: row.scopes,
  createdAt: moment(row.created_at),
  expiresAt: momentOrNull(row.expires_at),
  lastUsedAt: momentOrNull(row.last_used_at),
  revokedAt: momentOrNull(row.revoked_at),
  signedInAt: momentOrNull(row.signed_in_at),
  clientAddress: row.client_address,
});

/** Builds the token from its row. */
export const toToken = (row: TokenRow): Token => ({
  id: row.id,
  kind: row.kind,
  userId: row.userId,
  familyId: row.familyId,
  digest: row.digest,
  scopes: toScopes(row.scopes),
  createdAt: row.createdAt,
  expiresAt: row.expiresAt ?? undefined,
  lastUsedAt: row.lastUsedAt ?? undefined,
  revokedAt: row.revokedAt ?? undefined,
  signedInAt: row.signedInAt ?? undefined,
  clientAddress: row.clientAddress ?? undefined,
});

const toScopes = (stored: string | null | undefined): ReadonlySet<string> | undefined =>
  stored === null || stored === undefined ? undefined : new Set(stored.split(" ").filter(Boolean));
