/** Queries on stored credentials. */

import type { InferEntity } from "@mikro-orm/core";
import type { InferKyselyTable } from "@mikro-orm/sql";
import { type Selectable, sql } from "kysely";
import { prepared } from "../database/prepared.ts";
import { moment, momentOrNull } from "../database/rows.ts";
import { FRESH, type Session } from "../database/session.ts";
import { ACCOUNT_COLUMNS, accountIn } from "../users/joined.ts";
import type { User } from "../users/model.ts";
import type { users } from "../users/table.ts";
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
    await this.#session.nativeDelete(tokens, { userId, expiresAt: { $lt: createdAt } });
    const scopes = token.scopes === undefined ? null : [...token.scopes].sort().join(" ");
    await this.#session.insert(tokens, { ...token, scopes });
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
