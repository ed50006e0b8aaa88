/** Queries on identities at the provider. */

import type { InferKyselyTable } from "@mikro-orm/sql";
import { isUniqueViolation } from "../database/dialect.ts";
import { prepared } from "../database/prepared.ts";
import { flag, momentOrNull } from "../database/rows.ts";
import { FRESH, LOCKED, type Session } from "../database/session.ts";
import { newId } from "../ids.ts";
import { ACCOUNT_COLUMNS, accountIn } from "../users/joined.ts";
import type { User } from "../users/model.ts";
import type { users } from "../users/table.ts";
import { identities } from "./identities-table.ts";
import type { Identity } from "./identity.ts";

interface Tables {
  readonly users: InferKyselyTable<typeof users>;
  readonly identities: InferKyselyTable<typeof identities>;
}

// Each authenticated request runs it.
const FIND = prepared("identity", (session: Session, issuer: string, subject: string) =>
  session
    .getKysely<Tables>()
    .selectFrom("identities")
    .leftJoin("users", "users.id", "identities.user_id")
    .selectAll("identities")
    .select(ACCOUNT_COLUMNS)
    .where("identities.issuer", "=", issuer)
    .where("identities.subject", "=", subject),
);

type AccountRow = Parameters<typeof accountIn>[0];

export class IdentityRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Finds an identity and its account in one query. */
  async find(issuer: string, subject: string): Promise<Identity | undefined> {
    const row = await FIND(this.#session, issuer, subject);
    return (
      row && {
        id: row.id,
        user: isJoined(row) ? accountIn(row) : undefined,
        endedAt: momentOrNull(row.ended_at) ?? undefined,
        rolesAsOf: momentOrNull(row.roles_as_of) ?? undefined,
        isBarred: flag(row.is_barred),
      }
    );
  }

  /** Finds the identity of an account. */
  async findByUser(user: User): Promise<Identity | undefined> {
    const row = await this.#session.findOne(identities, { userId: user.id }, FRESH);
    return row === null ? undefined : toIdentity(row, user);
  }

  /**
   * Locks an identity without an account, created if new; undefined if it has an account.
   *
   * Of two concurrent requests, the second waits for the first, and then gets undefined.
   */
  async claim(issuer: string, subject: string): Promise<Identity | undefined> {
    const known = await this.#session.findOne(identities, { issuer, subject }, LOCKED);
    if (known !== null) {
      return known.userId ? undefined : toIdentity(known, undefined);
    }
    const identity = {
      ...{ id: newId(), issuer, subject, isBarred: false },
      ...{ userId: null, endedAt: null, rolesAsOf: null },
    };
    try {
      await this.#session.transactional((savepoint) => savepoint.insert(identities, identity));
      return toIdentity(identity, undefined);
    } catch (error) {
      if (isUniqueViolation(error)) {
        // Another request has created the account meanwhile.
        return undefined;
      }
      throw error;
    }
  }

  /** Sets the account of an identity, and when the token of its role was issued. */
  async attach(identityId: string, userId: string, rolesAsOf: Date): Promise<void> {
    const attached = { userId, rolesAsOf };
    await this.#session.nativeUpdate(identities, { id: identityId }, attached);
  }

  /** Revokes the tokens that were issued to an account until a time. */
  async end(userId: string, endedAt: Date, { isBarred } = { isBarred: false }): Promise<void> {
    const ended = { endedAt, isBarred };
    await this.#session.nativeUpdate(identities, { userId }, ended);
  }
}

interface Stored {
  readonly id: string;
  readonly endedAt?: Date | null | undefined;
  readonly rolesAsOf?: Date | null | undefined;
  readonly isBarred: boolean;
}

const toIdentity = (row: Stored, user: User | undefined): Identity => ({
  id: row.id,
  user,
  endedAt: row.endedAt ?? undefined,
  rolesAsOf: row.rolesAsOf ?? undefined,
  isBarred: row.isBarred,
});

/** Returns whether the identity has an account; otherwise its columns are NULL. */
const isJoined = <Row extends { readonly account_id: string | null }>(
  row: Row,
): row is Row & AccountRow => row.account_id !== null;
