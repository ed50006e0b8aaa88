/** Queries on accounts. */

import type { FilterQuery, FindOptions, InferEntity } from "@mikro-orm/core";
import type { Role } from "../auth/permissions.ts";
import { isUniqueViolation } from "../database/dialect.ts";
import { FRESH, LOCKED, type Session } from "../database/session.ts";
import type { User } from "./model.ts";
import { users } from "./table.ts";

type UserRow = InferEntity<typeof users>;
type Options = Pick<FindOptions<UserRow>, "limit" | "lockMode" | "orderBy">;

/** Builds the account from its row. */
const toUser = ({
  id,
  email,
  fullName,
  role,
  isActive,
  emailVerified,
  createdAt,
}: UserRow): User => ({
  id,
  email,
  fullName,
  role: role as Role,
  isActive,
  emailVerified,
  createdAt,
});

/** Columns of an account that may change. */
export type UserChanges = Partial<Omit<User, "id" | "createdAt">>;

const CHANGEABLE = ["email", "fullName", "role", "isActive", "emailVerified"] as const;

export class UserRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Stores a new account; returns false, and stores nothing, if its address exists. */
  async add(user: User): Promise<boolean> {
    try {
      await this.#session.transactional((savepoint) => savepoint.insert(users, user));
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
    return await this.#one({ id: userId });
  }

  /** Finds an account by address, in lower case. */
  async getByEmail(email: string): Promise<User | undefined> {
    // Without `$eq`, an object would be a condition.
    return await this.#one({ email: { $eq: email } });
  }

  /** Finds an account, and locks it until the transaction ends. */
  async lock(userId: string): Promise<User | undefined> {
    return await this.#one({ id: userId }, LOCKED);
  }

  /** Finds and locks several accounts, in an order that cannot deadlock. */
  async lockAll(userIds: Iterable<string>): Promise<ReadonlyMap<string, User>> {
    const ids = [...new Set(userIds)];
    const found = await this.#all({ id: { $in: ids } }, { ...LOCKED, orderBy: { id: "asc" } });
    return new Map(found.map((user) => [user.id, user]));
  }

  /** Lists the active admins. */
  async activeAdmins(): Promise<string[]> {
    const admins = await this.#all({ role: "admin" satisfies Role, isActive: true });
    return admins.map(({ id }) => id);
  }

  /** Lists up to `limit` accounts, newest first, older than `after`. */
  async page(limit: number, after: string | undefined): Promise<User[]> {
    const older = after === undefined ? {} : { id: { $lt: after } };
    return await this.#all(older, { orderBy: { id: "desc" }, limit });
  }

  /** Lists up to `limit` accounts, oldest first, newer than `after`. */
  async batch(limit: number, after: string | undefined): Promise<User[]> {
    const newer = after === undefined ? {} : { id: { $gt: after } };
    return await this.#all(newer, { orderBy: { id: "asc" }, limit });
  }

  /** Changes columns of an account. */
  async update(userId: string, changes: UserChanges): Promise<void> {
    const given = { ...changes };
    for (const name of CHANGEABLE) {
      // MikroORM would write it as NULL.
      if (given[name] === undefined) {
        delete given[name];
      }
    }
    if (Object.keys(given).length > 0) {
      await this.#session.nativeUpdate(users, { id: userId }, given);
    }
  }

  /** Deletes an account and its data; returns false if there was none. */
  async delete(userId: string): Promise<boolean> {
    return (await this.#session.nativeDelete(users, { id: userId })) === 1;
  }

  async #one(where: FilterQuery<UserRow>, options: Options = {}): Promise<User | undefined> {
    const [user] = await this.#all(where, options);
    return user;
  }

  async #all(where: FilterQuery<UserRow>, options: Options = {}): Promise<User[]> {
    const rows = await this.#session.find(users, where, { ...FRESH, ...options });
    return rows.map(toUser);
  }
}
