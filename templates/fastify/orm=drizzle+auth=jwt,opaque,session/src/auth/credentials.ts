/** Queries on password hashes. */

import { and, eq, type SQL } from "drizzle-orm";
import { affected, locked } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import type { User } from "../users/model.ts";
import { toUser, USER_COLUMNS } from "../users/repository.ts";
import { users } from "../users/table.ts";
import { credentials } from "./credentials-table.ts";

/** An account and its password hash. */
export interface Credential {
  readonly user: User;
  readonly passwordHash: string;
}

export class CredentialRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Finds an account and its password hash by address, in lower case. */
  async findByEmail(email: string): Promise<Credential | undefined> {
    return await this.#one(eq(users.email, email));
  }

  /** Finds an account and its password hash by id. */
  async get(userId: string): Promise<Credential | undefined> {
    return await this.#one(eq(users.id, userId));
  }

  /** Stores the password hash of an account, replacing the previous one. */
  async set(userId: string, passwordHash: string, at: Date): Promise<void> {
    await this.remove(userId);
    await this.#session.insert(credentials).values({ userId, passwordHash, changedAt: at });
  }

  /** Removes the password of an account. */
  async remove(userId: string): Promise<void> {
    await this.#session.delete(credentials).where(eq(credentials.userId, userId));
  }

  /** Stores a new hash of the same password; returns false if the password has changed. */
  async rehash(userId: string, oldHash: string, newHash: string): Promise<boolean> {
    const unchanged = this.#unchanged(userId, oldHash);
    const rehashed = { passwordHash: newHash };
    return affected(await this.#session.update(credentials).set(rehashed).where(unchanged)) === 1;
  }

  /** Returns whether this is still the hash, and locks it until the transaction ends. */
  async lockUnchanged(userId: string, passwordHash: string): Promise<boolean> {
    const query = this.#session
      .select({ userId: credentials.userId })
      .from(credentials)
      .where(this.#unchanged(userId, passwordHash));
    return (await locked(query)).length === 1;
  }

  #unchanged(userId: string, passwordHash: string): SQL | undefined {
    return and(eq(credentials.userId, userId), eq(credentials.passwordHash, passwordHash));
  }

  async #one(condition: SQL): Promise<Credential | undefined> {
    const [row] = await this.#session
      .select({ user: USER_COLUMNS, passwordHash: credentials.passwordHash })
      .from(users)
      .innerJoin(credentials, eq(credentials.userId, users.id))
      .where(condition);
    return row && { user: toUser(row.user), passwordHash: row.passwordHash };
  }
}
