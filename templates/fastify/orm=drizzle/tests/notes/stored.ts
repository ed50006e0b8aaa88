/** The bodies of notes as they lie in the database. */

import { asc, eq } from "drizzle-orm";
import { notes } from "../../src/notes/table.ts";
import type { Resources } from "../../src/resources.ts";

/** Reads the bodies of all notes as they lie in the database, by the ids of the notes. */
export const storedBodies = async ({ database }: Resources): Promise<Map<string, Buffer>> => {
  const rows = await database.reader((reader) =>
    reader.select({ id: notes.id, body: notes.body }).from(notes).orderBy(asc(notes.id)),
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
    transaction.update(notes).set({ body }).where(eq(notes.id, noteId)),
  );
};
