/**
 * Queries on notes.
 *
 * The owner is part of the query, so that no caller can forget to check it.
 */

import { and, asc, desc, eq, gt, lt, ne, type SQL, sql } from "drizzle-orm";
import { affected, locked } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import { log } from "../logging.ts";
import { DecryptionError, type FieldCipher, KEY_ID_BYTES } from "../security/encryption.ts";
import type { Note } from "./model.ts";
import { notes } from "./table.ts";

type NoteRow = typeof notes.$inferSelect;

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
    await this.#session.insert(notes).values({ ...note, body });
  }

  /** Finds a note of an owner. */
  async get(noteId: string, ownerId: string | undefined): Promise<Note | undefined> {
    const [row] = await this.#session.select().from(notes).where(owned(noteId, ownerId));
    return row && this.#toNote(row);
  }

  /** Lists up to `limit` notes of an owner, newest first, older than `after`. */
  async page(ownerId: string, limit: number, after: string | undefined): Promise<Note[]> {
    const older = after === undefined ? undefined : lt(notes.id, after);
    const rows = await this.#session
      .select()
      .from(notes)
      .where(and(eq(notes.ownerId, ownerId), older))
      .orderBy(desc(notes.id))
      .limit(limit);
    return rows.map((row) => this.#toNote(row));
  }

  /** Finds and locks a note of an owner. */
  async lock(noteId: string, ownerId: string | undefined): Promise<Note | undefined> {
    const query = this.#session.select().from(notes).where(owned(noteId, ownerId));
    const [row] = await locked(query);
    return row && this.#toNote(row);
  }

  /** Stores a locked note that was changed. */
  async update(note: Note): Promise<void> {
    const { title, updatedAt } = note;
    const body = note.body === undefined ? undefined : this.#seal(note.id, note.body);
    await this.#session.update(notes).set({ title, updatedAt, body }).where(eq(notes.id, note.id));
  }

  /** Returns the owner of a note, even if it cannot be decrypted. */
  async owner(noteId: string): Promise<string | undefined> {
    const owner = { ownerId: notes.ownerId };
    const [row] = await this.#session.select(owner).from(notes).where(eq(notes.id, noteId));
    return row?.ownerId;
  }

  /** Deletes a note of an owner; returns false if there was none. */
  async delete(noteId: string, ownerId: string | undefined): Promise<boolean> {
    const result = await this.#session.delete(notes).where(owned(noteId, ownerId));
    return affected(result) === 1;
  }

  /** Lists up to `limit` bodies encrypted with earlier keys, by id, and locks their notes. */
  async lockStale(after: string | undefined, limit: number): Promise<StaleNote[]> {
    const keyId = sql`substr(${notes.body}, 1, ${sql.raw(String(KEY_ID_BYTES))})`;
    const isStale = ne(keyId, sql.param(this.#cipher.currentKeyId, notes.body));
    const query = this.#session
      .select({ id: notes.id, body: notes.body })
      .from(notes)
      .where(and(isStale, after === undefined ? undefined : gt(notes.id, after)))
      .orderBy(asc(notes.id))
      .limit(limit);
    return await locked(query);
  }

  /** Encrypts a body of `lockStale` with the newest key; throws `DecryptionError`. */
  async reseal({ id, body }: StaleNote): Promise<void> {
    const resealed = this.#seal(id, this.#unseal(id, body));
    await this.#session.update(notes).set({ body: resealed }).where(eq(notes.id, id));
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

  #toNote(row: NoteRow): Note {
    return { ...row, body: this.#read(row.id, row.body) };
  }
}

const owned = (noteId: string, ownerId: string | undefined): SQL | undefined =>
  and(eq(notes.id, noteId), ownerId === undefined ? undefined : eq(notes.ownerId, ownerId));
