/** Queries on accounts. */

import { and, asc, desc, eq, gt, inArray, lt } from "drizzle-orm";
import type { Role } from "../auth/permissions.ts";
import { affected, isUniqueViolation, locked } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import type { User } from "./model.ts";
import { users } from "./table.ts";

export const USER_COLUMNS = {
  id: users.id,
  email: users.email,
  fullName: users.fullName,
  role: users.role,
  isActive: users.isActive,
  emailVerified: users.emailVerified,
  createdAt: users.createdAt,
};

type UserRow = Omit<User, "role"> & { readonly role: string };

/** Builds the account from a row of `USER_COLUMNS`. */
export const toUser = (row: UserRow): User => ({ ...row, role: row.role as Role });

/** Columns of an account that may change. */
export type UserChanges = Partial<Omit<User, "id" | "createdAt">>;

export class UserRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Stores a new account; returns false, and stores nothing, if its address exists. */
  async add(user: User): Promise<boolean> {
    try {
      await this.#session.transaction((savepoint) => savepoint.insert(users).values(user));
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) {
        return false;
      }
      throw error;
    }
  }

  /** Finds an account by id. */
  async get(userId: string): Promise<User | undefined> {
    const [row] = await this.#select().where(eq(users.id, userId));
    return row && toUser(row);
  }

  /** Finds an account by address, in lower case. */
  async getByEmail(email: string): Promise<User | undefined> {
    const [row] = await this.#select().where(eq(users.email, email));
    return row && toUser(row);
  }

  /** Finds an account, and locks it until the transaction ends. */
  async lock(userId: string): Promise<User | undefined> {
    const [row] = await locked(this.#select().where(eq(users.id, userId)));
    return row && toUser(row);
  }

  /** Finds and locks several accounts, in an order that cannot deadlock. */
  async lockAll(userIds: Iterable<string>): Promise<ReadonlyMap<string, User>> {
    const ids = [...new Set(userIds)];
    const query = this.#select().where(inArray(users.id, ids)).orderBy(asc(users.id));
    return new Map((await locked(query)).map((row) => [row.id, toUser(row)]));
  }

  /** Lists the active admins. */
  async activeAdmins(): Promise<string[]> {
    const admins = and(eq(users.role, "admin" satisfies Role), eq(users.isActive, true));
    const rows = await this.#session.select({ id: users.id }).from(users).where(admins);
    return rows.map((row) => row.id);
  }

  /** Lists up to `limit` accounts, newest first, older than `after`. */
  async page(limit: number, after: string | undefined): Promise<User[]> {
    const older = after === undefined ? undefined : lt(users.id, after);
    const rows = await this.#select().where(older).orderBy(desc(users.id)).limit(limit);
    return rows.map(toUser);
  }

  /** Lists up to `limit` accounts, oldest first, newer than `after`. */
  async batch(limit: number, after: string | undefined): Promise<User[]> {
    const newer = after === undefined ? undefined : gt(users.id, after);
    const rows = await this.#select().where(newer).orderBy(asc(users.id)).limit(limit);
    return rows.map(toUser);
  }

  /** Changes columns of an account. */
  async update(userId: string, changes: UserChanges): Promise<void> {
    if (Object.values(changes).some((value) => value !== undefined)) {
      await this.#session.update(users).set(changes).where(eq(users.id, userId));
    }
  }

  /** Deletes an account and its data; returns false if there was none. */
  async delete(userId: string): Promise<boolean> {
    return affected(await this.#session.delete(users).where(eq(users.id, userId))) === 1;
  }

  #select() {
    return this.#session.select(USER_COLUMNS).from(users);
  }
}
