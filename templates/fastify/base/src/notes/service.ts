/** Rules of notes: who may read, change or delete which note. */

import { record } from "../audit/trail.ts";
import type { Permission } from "../auth/permissions.ts";
import type { Principal } from "../auth/principal.ts";
import { recheck } from "../auth/recheck.ts";
import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { NotFound } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Resources } from "../resources.ts";
import type { FieldCipher } from "../security/encryption.ts";
import type { Note } from "./model.ts";
import { NoteRepository } from "./repository.ts";
import type { NoteCreate, NoteUpdate } from "./schemas.ts";

/** Creates a note of the caller. */
export const create = async (
  transaction: Transaction,
  cipher: FieldCipher,
  principal: Principal,
  { title, body = "" }: NoteCreate,
): Promise<Note> => {
  await recheck(transaction, principal, "notes:write");
  const at = now();
  const ownerId = principal.user.id;
  const note = { id: newId(), ownerId, title, body, createdAt: at, updatedAt: at };
  await new NoteRepository(transaction, cipher).add(note);
  return note;
};

/** Reads a note; another owner's is `NotFound` without `notes:read_any`. */
export const read = async (
  { database, cipher }: Resources,
  principal: Principal,
  noteId: string,
): Promise<Note> => {
  const ownerId = reach(principal, "notes:read_any");
  const note = found(
    await database.reader((reader) => new NoteRepository(reader, cipher).get(noteId, ownerId)),
  );
  if (note.ownerId !== principal.user.id) {
    await database.transaction((transaction) =>
      record(transaction, "note.read", {
        actorId: principal.user.id,
        subjectId: note.ownerId,
        details: { note: noteId },
      }),
    );
  }
  return note;
};

/** Changes one of the caller's notes. */
export const update = async (
  transaction: Transaction,
  cipher: FieldCipher,
  principal: Principal,
  noteId: string,
  changes: NoteUpdate,
): Promise<Note> => {
  await recheck(transaction, principal, "notes:write");
  const notes = new NoteRepository(transaction, cipher);
  const note = found(await notes.lock(noteId, principal.user.id));
  const { title = note.title, body = note.body } = changes;
  const changed = { ...note, title, body, updatedAt: now() };
  await notes.update(changed);
  return changed;
};

/** Deletes a note; another owner's is `NotFound` without `notes:delete_any`. */
export const deleteNote = async (
  transaction: Transaction,
  cipher: FieldCipher,
  principal: Principal,
  noteId: string,
): Promise<void> => {
  const current = await recheck(transaction, principal, "notes:write");
  const notes = new NoteRepository(transaction, cipher);
  const ownerId = reach(current, "notes:delete_any") ?? (await notes.owner(noteId));
  if (ownerId === undefined || !(await notes.delete(noteId, ownerId))) {
    throw new NotFound();
  }
  if (ownerId !== principal.user.id) {
    await record(transaction, "note.deleted", {
      actorId: principal.user.id,
      subjectId: ownerId,
      details: { note: noteId },
    });
  }
};

/** Returns the owner whose notes the caller may access; undefined means every owner. */
const reach = (principal: Principal, permission: Permission): string | undefined =>
  principal.may(permission) ? undefined : principal.user.id;

const found = (note: Note | undefined): Note => {
  // The same response for a missing note and for another owner's (API1:2023).
  if (note === undefined) {
    throw new NotFound();
  }
  return note;
};
