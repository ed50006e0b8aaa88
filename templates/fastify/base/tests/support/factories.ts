/** Rows that tests start from, made by the service's own repositories. */

import assert from "node:assert/strict";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import type { User } from "../../src/users/model.ts";
import * as pages from "../../src/users/pages.ts";
import { UserRepository } from "../../src/users/repository.ts";

/** Stores an account. */
export const makeUser = async (
  resources: Resources,
  given: Partial<Omit<User, "id">> = {},
): Promise<User> => {
  const id = newId();
  const user: User = {
    id,
    email: `${given.role ?? "user"}-${id}@example.com`,
    fullName: "Test User",
    role: "user",
    isActive: true,
    emailVerified: true,
    createdAt: now(),
    ...given,
  };
  const isNew = await resources.database.transaction((transaction) =>
    new UserRepository(transaction).add(user),
  );
  assert.ok(isNew);
  await pages.forget(resources);
  return user;
};

/** Reads an account as it is now. */
export const findUser = (resources: Resources, { id }: User): Promise<User | undefined> =>
  resources.database.reader((reader) => new UserRepository(reader).get(id));
