/** The bodies of notes as they lie in the database. */

import { notes } from "../../src/notes/table.ts";
import type { Resources } from "../../src/resources.ts";

/** Reads the bodies of all notes as they lie in the database, by the ids of the notes. */
export const storedBodies = async ({ database }: Resources): Promise<Map<string, Buffer>> => {
  const rows = await database.reader((reader) =>
    reader.find(notes, {}, { orderBy: { id: "asc" } }),
  );
  return new Map(rows.map(({ id, body }) => [id, body]));
};

/** Replaces the stored body of a note, as an attacker with access to the database could. */
export const replaceBody = async (
  { database }: Resources,
  noteId: string,
  body: Buffer,
): Promise<void> => {
  await database.transaction((transaction) =>
    transaction.nativeUpdate(notes, { id: noteId }, { body }),
  );
};
