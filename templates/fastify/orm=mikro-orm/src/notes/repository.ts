/**
 * Queries on notes.
 *
 * The owner is part of the query, so that no caller can forget to check it.
 */

import { type FilterQuery, type InferEntity, raw } from "@mikro-orm/core";
import { FRESH, LOCKED, type Session } from "../database/session.ts";
import { log } from "../logging.ts";
import { DecryptionError, type FieldCipher, KEY_ID_BYTES } from "../security/encryption.ts";
import type { Note } from "./model.ts";
import { notes } from "./table.ts";

type NoteRow = InferEntity<typeof notes>;

/** A body as it is stored, encrypted with an earlier key. */
export interface StaleNote {
  readonly id: string;
  readonly body: Buffer;
}

/**
 * Notes with their bodies encrypted at rest.
 *
 * With `ownerId` undefined, all owners match. A body that no key decrypts is undefined: it does not
 * make a list fail, and the stored value is kept until it is replaced.
 */
export class NoteRepository {
  readonly #session: Session;
  readonly #cipher: FieldCipher;

  constructor(session: Session, cipher: FieldCipher) {
    this.#session = session;
    this.#cipher = cipher;
  }

  /** Stores a new note. */
  async add(note: Note): Promise<void> {
    const body = this.#seal(note.id, note.body ?? "");
    await this.#session.insert(notes, { ...note, body });
  }

  /** Finds a note of an owner. */
  async get(noteId: string, ownerId: string | undefined): Promise<Note | undefined> {
    const row = await this.#session.findOne(notes, owned(noteId, ownerId), FRESH);
    return row === null ? undefined : this.#toNote(row);
  }

  /** Lists up to `limit` notes of an owner, newest first, older than `after`. */
  async page(ownerId: string, limit: number, after: string | undefined): Promise<Note[]> {
    const older = after === undefined ? {} : { id: { $lt: after } };
    const rows = await this.#session.find(
      notes,
      { ownerId, ...older },
      { ...FRESH, orderBy: { id: "desc" }, limit },
    );
    return rows.map((row) => this.#toNote(row));
  }

  /** Finds and locks a note of an owner. */
  async lock(noteId: string, ownerId: string | undefined): Promise<Note | undefined> {
    const row = await this.#session.findOne(notes, owned(noteId, ownerId), LOCKED);
    return row === null ? undefined : this.#toNote(row);
  }

  /** Stores a locked note that was changed. */
  async update(note: Note): Promise<void> {
    const { title, updatedAt } = note;
    const body = note.body === undefined ? {} : { body: this.#seal(note.id, note.body) };
    await this.#session.nativeUpdate(notes, { id: note.id }, { title, updatedAt, ...body });
  }

  /** Returns the owner of a note, even if it cannot be decrypted. */
  async owner(noteId: string): Promise<string | undefined> {
    const owner = { ...FRESH, fields: ["ownerId"] } as const;
    return (await this.#session.findOne(notes, { id: noteId }, owner))?.ownerId;
  }

  /** Deletes a note of an owner; returns false if there was none. */
  async delete(noteId: string, ownerId: string | undefined): Promise<boolean> {
    return (await this.#session.nativeDelete(notes, owned(noteId, ownerId))) === 1;
  }

  /** Lists up to `limit` bodies encrypted with earlier keys, by id, and locks their notes. */
  async lockStale(after: string | undefined, limit: number): Promise<StaleNote[]> {
    const keyId = raw((alias) => `substr(${alias}.body, 1, ${KEY_ID_BYTES})`);
    const newer = after === undefined ? {} : { id: { $gt: after } };
    return await this.#session.find(
      notes,
      { [keyId]: { $ne: this.#cipher.currentKeyId }, ...newer },
      { ...LOCKED, fields: ["id", "body"], orderBy: { id: "asc" }, limit },
    );
  }

  /** Encrypts a body of `lockStale` with the newest key; throws `DecryptionError`. */
  async reseal({ id, body }: StaleNote): Promise<void> {
    const resealed = this.#seal(id, this.#unseal(id, body));
    await this.#session.nativeUpdate(notes, { id }, { body: resealed });
  }

  #read(noteId: string, sealed: Buffer): string | undefined {
    try {
      return this.#unseal(noteId, sealed);
    } catch (error) {
      if (!(error instanceof DecryptionError)) {
        throw error;
      }
      log.error({ event: "note.unreadable", note_id: noteId });
      return undefined;
    }
  }

  #seal(noteId: string, body: string): Buffer {
    return this.#cipher.seal(body, { table: "notes", column: "body", rowId: noteId });
  }

  #unseal(noteId: string, sealed: Buffer): string {
    return this.#cipher.unseal(sealed, { table: "notes", column: "body", rowId: noteId });
  }

  #toNote({ id, ownerId, title, body, createdAt, updatedAt }: NoteRow): Note {
    return { id, ownerId, title, body: this.#read(id, body), createdAt, updatedAt };
  }
}

const owned = (noteId: string, ownerId: string | undefined): FilterQuery<NoteRow> => ({
  id: noteId,
  ...(ownerId === undefined ? {} : { ownerId }),
});
