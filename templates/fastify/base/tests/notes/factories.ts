/** Notes that tests start from, made by the service's own repository. */

import { now } from "../../src/clock.ts";
import { newId } from "../../src/ids.ts";
import type { Note } from "../../src/notes/model.ts";
import { NoteRepository } from "../../src/notes/repository.ts";
import type { Resources } from "../../src/resources.ts";
import type { User } from "../../src/users/model.ts";

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
