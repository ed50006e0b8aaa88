/** Rows that tests start from, made by the service's own repositories. */

import assert from "node:assert/strict";
import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import type { Note } from "../../src/notes/model.ts";
import { NoteRepository } from "../../src/notes/repository.ts";
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

/** Stores a note. */
export const makeNote = async (
  resources: Resources,
  owner: User,
  { title = "Title", body = "Body" } = {},
): Promise<Note> => {
  const at = now();
  const note = { id: newId(), ownerId: owner.id, title, body, createdAt: at, updatedAt: at };
  await resources.database.transaction((transaction) =>
    new NoteRepository(transaction, resources.cipher).add(note),
  );
  return note;
};
