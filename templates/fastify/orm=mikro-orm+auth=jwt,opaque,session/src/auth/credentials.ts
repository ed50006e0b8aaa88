/** Queries on password hashes. */

import type { InferKyselyTable } from "@mikro-orm/sql";
import { LOCKED, type Session } from "../database/session.ts";
import { ACCOUNT_COLUMNS, accountIn } from "../users/joined.ts";
import type { User } from "../users/model.ts";
import type { users } from "../users/table.ts";
import { credentials } from "./credentials-table.ts";

interface Tables {
  readonly users: InferKyselyTable<typeof users>;
  readonly credentials: InferKyselyTable<typeof credentials>;
}

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
    return await this.#one("users.email", email);
  }

  /** Finds an account and its password hash by id. */
  async get(userId: string): Promise<Credential | undefined> {
    return await this.#one("users.id", userId);
  }

  /** Stores the password hash of an account, replacing the previous one. */
  async set(userId: string, passwordHash: string, at: Date): Promise<void> {
    await this.remove(userId);
    await this.#session.insert(credentials, { userId, passwordHash, changedAt: at });
  }

  /** Removes the password of an account. */
  async remove(userId: string): Promise<void> {
    await this.#session.nativeDelete(credentials, { userId });
  }

  /** Stores a new hash of the same password; returns false if the password has changed. */
  async rehash(userId: string, oldHash: string, newHash: string): Promise<boolean> {
    const unchanged = { userId, passwordHash: oldHash };
    const rehashed = { passwordHash: newHash };
    return (await this.#session.nativeUpdate(credentials, unchanged, rehashed)) === 1;
  }

  /** Returns whether this is still the hash, and locks it until the transaction ends. */
  async lockUnchanged(userId: string, passwordHash: string): Promise<boolean> {
    return (await this.#session.findOne(credentials, { userId, passwordHash }, LOCKED)) !== null;
  }

  /** Takes one query, whether there is such an account or not. */
  async #one(column: "users.email" | "users.id", value: string): Promise<Credential | undefined> {
    const row = await this.#session
      .getKysely<Tables>()
      .selectFrom("users")
      .innerJoin("credentials", "credentials.user_id", "users.id")
      .select(ACCOUNT_COLUMNS)
      .select("credentials.password_hash")
      .where(column, "=", value)
      .executeTakeFirst();
    return row && { user: accountIn(row), passwordHash: row.password_hash };
  }
}
