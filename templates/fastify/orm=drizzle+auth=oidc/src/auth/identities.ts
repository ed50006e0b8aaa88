/** Queries on identities at the provider. */

import { and, eq, sql } from "drizzle-orm";
import { isUniqueViolation, locked } from "../database/dialect.ts";
import { prepared } from "../database/prepared.ts";
import type { Session } from "../database/session.ts";
import { newId } from "../ids.ts";
import type { User } from "../users/model.ts";
import { toUser, USER_COLUMNS } from "../users/repository.ts";
import { users } from "../users/table.ts";
import { identities } from "./identities-table.ts";
import type { Identity } from "./identity.ts";

type IdentityRow = typeof identities.$inferSelect;

// Each authenticated request runs it.
const FIND = prepared("identity", (session) =>
  session
    .select({ identity: identities, user: USER_COLUMNS })
    .from(identities)
    .leftJoin(users, eq(users.id, identities.userId))
    .where(
      and(
        eq(identities.issuer, sql.placeholder("issuer")),
        eq(identities.subject, sql.placeholder("subject")),
      ),
    ),
);

export class IdentityRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Finds an identity and its account, in one query. */
  async find(issuer: string, subject: string): Promise<Identity | undefined> {
    const [row] = await FIND(this.#session).execute({ issuer, subject });
    return row && toIdentity(row.identity, row.user === null ? undefined : toUser(row.user));
  }

  /** Finds the identity of an account. */
  async findByUser(user: User): Promise<Identity | undefined> {
    const ofUser = eq(identities.userId, user.id);
    const [row] = await this.#session.select().from(identities).where(ofUser);
    return row && toIdentity(row, user);
  }

  /**
   * Locks an identity without an account, created if new; undefined if it has an account.
   *
   * Of two concurrent requests, the second waits for the first, and then gets undefined.
   */
  async claim(issuer: string, subject: string): Promise<Identity | undefined> {
    const query = this.#session
      .select()
      .from(identities)
      .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)));
    const [known] = await locked(query);
    if (known !== undefined) {
      return known.userId === null ? toIdentity(known, undefined) : undefined;
    }
    const identity = {
      ...{ id: newId(), issuer, subject, isBarred: false },
      ...{ userId: null, endedAt: null, rolesAsOf: null },
    };
    try {
      await this.#session.transaction((savepoint) => savepoint.insert(identities).values(identity));
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
    await this.#session.update(identities).set(attached).where(eq(identities.id, identityId));
  }

  /** Revokes the tokens that were issued to an account until a time. */
  async end(userId: string, endedAt: Date, { isBarred } = { isBarred: false }): Promise<void> {
    const ended = { endedAt, isBarred };
    await this.#session.update(identities).set(ended).where(eq(identities.userId, userId));
  }
}

const toIdentity = (row: IdentityRow, user: User | undefined): Identity => ({
  id: row.id,
  user,
  endedAt: row.endedAt ?? undefined,
  rolesAsOf: row.rolesAsOf ?? undefined,
  isBarred: row.isBarred,
});
