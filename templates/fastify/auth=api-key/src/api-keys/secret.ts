/**
 * The format of a key, `csa_<id>_<secret>`, and the hash of its secret.
 *
 * The row is found by the id, so that secrets are compared in constant time and not by an index. The
 * prefix lets secret scanners detect keys that were committed or pasted somewhere.
 */

import { timingSafeEqual } from "node:crypto";
import type { Keys } from "../security/keys.ts";
import { newSecret } from "../tokens/token.ts";

const FORM =
  /^csa_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const PURPOSE = "api-key";

/** A key as its holder sends it. */
export class KeySecret {
  readonly keyId: string;
  readonly #secret: string;

  constructor(keyId: string, secret = newSecret()) {
    this.keyId = keyId;
    this.#secret = secret;
  }

  /** Parses a key; undefined for text that is not one. */
  static parse(text: string): KeySecret | undefined {
    const [, ...parts] = FORM.exec(text) ?? [];
    const secret = parts.pop();
    return secret === undefined ? undefined : new KeySecret(parts.join("-"), secret);
  }

  /** Returns the text of the key. */
  reveal(): string {
    return `csa_${this.keyId.replaceAll("-", "")}_${this.#secret}`;
  }

  /** Hashes the secret for storage, with a key that is not in the database. */
  digest(keys: Keys): Buffer {
    return keys.mac(PURPOSE, this.#secret);
  }

  /** Returns, in constant time, whether a stored digest is of this secret. */
  matches(keys: Keys, digest: Buffer): boolean {
    return keys.verify(PURPOSE, this.#secret, digest);
  }

  /** Returns whether a digest was made with the newest key. */
  isCurrent(keys: Keys, digest: Buffer): boolean {
    const current = this.digest(keys);
    return digest.length === current.length && timingSafeEqual(digest, current);
  }
}
