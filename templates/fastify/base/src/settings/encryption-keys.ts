/** `FIELD_ENCRYPTION_KEYS`: base64 of 32 bytes each, newest first. */

import { createHash, createSecretKey, type KeyObject } from "node:crypto";
import { isPredictable, TOO_PREDICTABLE } from "./secret.ts";
import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

export const ENCRYPTION_KEY_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** An AES-256 key; `id` is the first 8 hex digits of its SHA-256. */
export class EncryptionKey {
  readonly id: string;
  readonly key: KeyObject;

  constructor(material: Buffer) {
    this.id = createHash("sha256").update(material).digest("hex").slice(0, 8);
    this.key = createSecretKey(material);
  }

  /** Returns the key's 32 bytes. */
  reveal(): Buffer {
    return this.key.export();
  }
}

export type EncryptionKeys = readonly [EncryptionKey, ...EncryptionKey[]];

export const encryptionKeys = (options: Options = {}): Setting<EncryptionKeys> =>
  withOptions(
    {
      parse: parseKeys,
      unsafe: (keys) =>
        keys.some((key) => isPredictable(key.reveal())) ? TOO_PREDICTABLE : undefined,
      isConfidential: true,
    },
    options,
  );

const parseKeys = (text: string): EncryptionKeys => {
  const [newest, ...older] = split(text).map(parseKey);
  if (newest === undefined) throw new Fault("must hold at least one key");
  return [newest, ...older];
};

const parseKey = (text: string): EncryptionKey => {
  // Node's decoder passes over what is not base64.
  if (!BASE64.test(text) || text.length % 4 !== 0) throw new Fault("must be base64");
  const material = Buffer.from(text, "base64");
  if (material.length !== ENCRYPTION_KEY_BYTES) {
    throw new Fault(`must be base64 of ${ENCRYPTION_KEY_BYTES} bytes each`);
  }
  return new EncryptionKey(material);
};
