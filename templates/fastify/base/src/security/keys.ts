/**
 * Keys for each purpose, derived from `SECRET_KEY` (HKDF-SHA256, RFC 5869).
 *
 * Each key serves one purpose, so that a signature for one cannot be used for another.
 */

import {
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import type { Settings } from "../settings/index.ts";
import { Remembered } from "./remembered.ts";

const KEY_BYTES = 32;
const INFO_PREFIX = "create-secure-api/v1/";

/** Derived keys: the current one first, then one for each of `SECRET_KEY_FALLBACKS`. */
export class Keys {
  readonly #secrets: readonly string[];
  readonly #derived = new Map<string, readonly [KeyObject, ...KeyObject[]]>();
  readonly #pseudonyms = new Map<string, Remembered<string>>();

  constructor(settings: Settings) {
    this.#secrets = [settings.secretKey, ...settings.secretKeyFallbacks].map((secret) =>
      secret.reveal(),
    );
  }

  /** Returns the keys of a purpose, 32 bytes each; signatures of any of them are valid. */
  all(purpose: string): readonly [KeyObject, ...KeyObject[]] {
    let keys = this.#derived.get(purpose);
    if (keys === undefined) {
      const [current = "", ...fallbacks] = this.#secrets;
      keys = [derive(current, purpose), ...fallbacks.map((secret) => derive(secret, purpose))];
      this.#derived.set(purpose, keys);
    }
    return keys;
  }

  /** Returns the HMAC-SHA256 (32 bytes) of a message under the current key. */
  mac(purpose: string, message: string | Uint8Array): Buffer {
    return createHmac("sha256", this.all(purpose)[0]).update(message).digest();
  }

  /** Returns the HMAC-SHA256 of a message that comes again and again, in base64url. */
  pseudonym(purpose: string, message: string): string {
    let known = this.#pseudonyms.get(purpose);
    if (known === undefined) {
      known = new Remembered((text) => this.mac(purpose, text).toString("base64url"));
      this.#pseudonyms.set(purpose, known);
    }
    return known.of(message);
  }

  /** Returns the HMAC-SHA256 of a message under each key of a purpose, the current first. */
  macs(purpose: string, message: string | Uint8Array): readonly [Buffer, ...Buffer[]] {
    const macOf = (key: KeyObject) => createHmac("sha256", key).update(message).digest();
    const [current, ...fallbacks] = this.all(purpose);
    return [macOf(current), ...fallbacks.map(macOf)];
  }

  /** Returns, in constant time, whether one of the keys made this HMAC-SHA256. */
  verify(purpose: string, message: string | Uint8Array, mac: Uint8Array): boolean {
    const matches = this.macs(purpose, message).map(
      (known) => mac.length === known.length && timingSafeEqual(mac, known),
    );
    return matches.includes(true);
  }
}

const derive = (secret: string, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", INFO_PREFIX + purpose, KEY_BYTES)));
