/** Encryption of single fields at rest: AES-256-GCM (NIST SP 800-38D, ASVS 5.0 V11.3). */

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { EncryptionKey } from "../settings/encryption-keys.ts";

const NONCE_BYTES = 12;
export const KEY_ID_BYTES = 4;
const TAG_BYTES = 16;
const ALGORITHM = "aes-256-gcm";
// Without it, a tag of 4 bytes would pass for a whole one.
const OPTIONS = { authTagLength: TAG_BYTES };

/** Where a sealed value is stored: it does not decrypt anywhere else. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** A stored value cannot be decrypted: its key is not configured, or it was altered or moved. */
export class DecryptionError extends Error {}

/** The key of a stored value is not configured: it may be so where the keys are newer. */
export class UnknownKeyError extends DecryptionError {}

/**
 * Encrypts with the first key of `FIELD_ENCRYPTION_KEYS`, decrypts with any of them.
 *
 * A sealed value is key id (4 bytes), nonce (12 bytes), ciphertext and tag. Table, column and row
 * are authenticated with it, so a value copied to another row does not decrypt there.
 */
export class FieldCipher {
  readonly currentKeyId: Buffer;
  readonly #current: EncryptionKey;
  readonly #keys: ReadonlyMap<string, EncryptionKey>;

  constructor(keys: readonly [EncryptionKey, ...EncryptionKey[]]) {
    this.#current = keys[0];
    this.currentKeyId = Buffer.from(keys[0].id, "hex");
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Encrypts a text for its place in the database. */
  seal(text: string, place: Place): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#current.key, nonce, OPTIONS);
    cipher.setAAD(associatedData(place));
    const sealed = [cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat([this.currentKeyId, nonce, ...sealed]);
  }

  /** Decrypts a value read from its place; throws `DecryptionError`. */
  unseal(sealed: Uint8Array, place: Place): string {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    const keyId = bytes.subarray(0, KEY_ID_BYTES).toString("hex");
    const nonce = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + NONCE_BYTES);
    const rest = bytes.subarray(KEY_ID_BYTES + NONCE_BYTES);
    const key = this.#keys.get(keyId);
    if (key === undefined) {
      throw new UnknownKeyError(`no key ${keyId} in FIELD_ENCRYPTION_KEYS`);
    }
    try {
      const decipher = createDecipheriv(ALGORITHM, key.key, nonce, OPTIONS);
      decipher.setAAD(associatedData(place));
      decipher.setAuthTag(rest.subarray(-TAG_BYTES));
      const text = [decipher.update(rest.subarray(0, -TAG_BYTES)), decipher.final()];
      return Buffer.concat(text).toString("utf8");
    } catch {
      throw new DecryptionError(
        `${place.table}.${place.column} of ${place.rowId} was altered or moved`,
      );
    }
  }
}

const associatedData = ({ table, column, rowId }: Place): Buffer =>
  Buffer.concat([Buffer.from(`${table}.${column}`), Buffer.from(rowId.replaceAll("-", ""), "hex")]);
