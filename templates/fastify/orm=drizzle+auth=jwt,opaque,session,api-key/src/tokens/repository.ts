/** Queries on stored credentials. */

import {
  type AnyColumn,
  and,
  eq,
  gt,
  inArray,
  isNull,
  lt,
  lte,
  ne,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { affected, locked } from "../database/dialect.ts";
import { prepared } from "../database/prepared.ts";
import type { Session } from "../database/session.ts";
import type { User } from "../users/model.ts";
import { toUser, USER_COLUMNS } from "../users/repository.ts";
import { users } from "../users/table.ts";
import { tokens } from "./table.ts";
import type { Token } from "./token.ts";

type TokenRow = typeof tokens.$inferSelect;

/** A placeholder, whose value is written as its column needs it: a bare one is sent as it is. */
const given = (name: string, column: AnyColumn): SQL =>
  sql`${sql.param(sql.placeholder(name), column)}`;

const aliveBy = (name: string, column: typeof tokens.digest | typeof tokens.familyId) =>
  prepared(name, (session) =>
    session
      .select({ user: USER_COLUMNS, token: tokens })
      .from(users)
      .innerJoin(tokens, eq(tokens.userId, users.id))
      .where(
        and(
          eq(column, given("value", column)),
          eq(tokens.kind, given("kind", tokens.kind)),
          isNull(tokens.revokedAt),
          or(isNull(tokens.expiresAt), gt(tokens.expiresAt, given("at", tokens.expiresAt))),
          eq(users.isActive, true),
        ),
      )
      .limit(1),
  );

// Each authenticated request runs one of these.
const ALIVE_BY = {
  digest: aliveBy("token_alive_by_digest", tokens.digest),
  familyId: aliveBy("token_alive_by_family", tokens.familyId),
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
    const expired = and(eq(tokens.userId, userId), lt(tokens.expiresAt, createdAt));
    await this.#session.delete(tokens).where(expired);
    const scopes = token.scopes === undefined ? null : [...token.scopes].sort().join(" ");
    await this.#session.insert(tokens).values({ ...token, scopes });
  }

  /** Finds a token by its digest, whether it can still be used or not. */
  async find(kind: string, digests: readonly Buffer[]): Promise<Token | undefined> {
    const found = and(eq(tokens.kind, kind), inArray(tokens.digest, [...digests]));
    const [row] = await this.#session.select().from(tokens).where(found);
    return row && toToken(row);
  }

  /**
   * Uses a token. Of two concurrent uses, one gets true: the UPDATE decides.
   *
   * The row of the owner is locked.
   */
  async consume(tokenId: string, at: Date): Promise<boolean> {
    const usable = and(eq(tokens.id, tokenId), isNull(tokens.revokedAt), gt(tokens.expiresAt, at));
    const used = { lastUsedAt: at, revokedAt: at };
    return affected(await this.#session.update(tokens).set(used).where(usable)) === 1;
  }

  /** Revokes a family; returns false if it was already revoked. */
  async revokeFamily(familyId: string, at: Date): Promise<boolean> {
    const ofFamily = eq(tokens.familyId, familyId);
    const owner = this.#session.select({ id: tokens.userId }).from(tokens).where(ofFamily);
    await this.#lockOwner(inArray(users.id, owner));
    return await this.#revoke(at, ofFamily);
  }

  /** Revokes every token of an account, except those of one family or one kind. */
  async revokeAll(userId: string, at: Date, kept: Kept = {}): Promise<void> {
    await this.#lockOwner(eq(users.id, userId));
    await this.#revoke(
      at,
      eq(tokens.userId, userId),
      kept.family === undefined ? undefined : ne(tokens.familyId, kept.family),
      kept.kind === undefined ? undefined : ne(tokens.kind, kept.kind),
    );
  }

  /** Revokes the tokens of one kind of an account, whose row is locked. */
  async revokeKind(userId: string, kind: string, at: Date): Promise<void> {
    await this.#revoke(at, eq(tokens.userId, userId), eq(tokens.kind, kind));
  }

  /** Deletes up to `limit` expired tokens; returns how many there were. */
  async deleteExpired(at: Date, limit: number): Promise<number> {
    const expired = await this.#session
      .select({ id: tokens.id })
      .from(tokens)
      .where(lte(tokens.expiresAt, at))
      .limit(limit);
    const ids = expired.map((row) => row.id);
    if (ids.length > 0) {
      await this.#session.delete(tokens).where(inArray(tokens.id, ids));
    }
    return ids.length;
  }

  /** Finds a valid token and its active owner in one query. */
  async findAlive(
    kind: string,
    key: TokenKey,
    at: Date,
  ): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    const [row] =
      "digest" in key
        ? await ALIVE_BY.digest(this.#session).execute({ kind, value: key.digest, at })
        : await ALIVE_BY.familyId(this.#session).execute({ kind, value: key.familyId, at });
    return row && { token: toToken(row.token), user: toUser(row.user) };
  }

  /** Returns whether a family has a valid token. */
  async isAlive(familyId: string, at: Date): Promise<boolean> {
    const unexpired = or(isNull(tokens.expiresAt), gt(tokens.expiresAt, at));
    const alive = await this.#session
      .select({ id: tokens.id })
      .from(tokens)
      .where(and(eq(tokens.familyId, familyId), isNull(tokens.revokedAt), unexpired))
      .limit(1);
    return alive.length === 1;
  }

  async #lockOwner(condition: SQL): Promise<void> {
    await locked(this.#session.select({ id: users.id }).from(users).where(condition));
  }

  async #revoke(at: Date, ...conditions: (SQL | undefined)[]): Promise<boolean> {
    const unrevoked = and(isNull(tokens.revokedAt), ...conditions);
    const result = await this.#session.update(tokens).set({ revokedAt: at }).where(unrevoked);
    return affected(result) > 0;
  }
}

/** Builds the token from its row. */
export const toToken = (row: TokenRow): Token => ({
  ...row,
  scopes: row.scopes === null ? undefined : new Set(row.scopes.split(" ").filter(Boolean)),
  expiresAt: row.expiresAt ?? undefined,
  lastUsedAt: row.lastUsedAt ?? undefined,
  revokedAt: row.revokedAt ?? undefined,
  signedInAt: row.signedInAt ?? undefined,
  clientAddress: row.clientAddress ?? undefined,
});
