/** Re-encrypts the bodies of notes with the newest key of `FIELD_ENCRYPTION_KEYS`. */

import type { Resources } from "../resources.ts";
import { DecryptionError } from "../security/encryption.ts";
import type { Reencrypted } from "../security/reencryption.ts";
import { NoteRepository, type StaleNote } from "./repository.ts";

/** What bounds a transaction. */
export const BOUNDS = { batch: 200 };

/**
 * Re-encrypts notes in batches.
 *
 * Each batch is a transaction that locks its rows, so that it can run beside the service without
 * losing a change. Values under the newest key are skipped, so an interrupted run can be resumed.
 */
export const reencryptNotes = async ({ database, cipher }: Resources): Promise<Reencrypted> => {
  const unreadable: string[] = [];
  let count = 0;
  let after: string | undefined;
  do {
    const stale = await database.transaction(async (transaction) => {
      const notes = new NoteRepository(transaction, cipher);
      const batch = await notes.lockStale(after, BOUNDS.batch);
      for (const note of batch) {
        if (await isResealed(notes, note)) {
          count += 1;
        } else {
          unreadable.push(note.id);
        }
      }
      return batch;
    });
    after = stale.at(-1)?.id;
  } while (after !== undefined);
  return { count, unreadable };
};

const isResealed = async (notes: NoteRepository, note: StaleNote): Promise<boolean> => {
  try {
    await notes.reseal(note);
    return true;
  } catch (error) {
    if (error instanceof DecryptionError) {
      return false;
    }
    throw error;
  }
};
