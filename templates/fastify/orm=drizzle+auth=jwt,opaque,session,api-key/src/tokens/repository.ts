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
  or,
  type SQL,
  sql,
} from "drizzle-orm";
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

/**
 * An account's tokens are written under the lock of its row in `users`.
 *
 * Without it, one that is added while all of them end would survive: the end would not see it.
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
