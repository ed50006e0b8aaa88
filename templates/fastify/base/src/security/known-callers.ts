/** The callers of credentials, only to count their requests, never to authorize them. */

import { now } from "../clock.ts";

const CAPACITY = 10_000;
// A credential may have ended since somebody looked at it: whoever goes on with one, where nobody
// looks at it, is not to use up what its owner may ask.
const REMEMBERED_MILLISECONDS = 60_000;

interface Known {
  readonly principalId: string;
  readonly seenAt: number;
}

export class KnownCallers {
  // Least recently used first.
  readonly #principals = new Map<string, Known>();

  get(fingerprint: string): string | undefined {
    const known = this.#principals.get(fingerprint);
    if (known === undefined || now().getTime() - known.seenAt > REMEMBERED_MILLISECONDS) return;
    return known.principalId;
  }

  set(fingerprint: string, principalId: string): void {
    this.#principals.delete(fingerprint);
    this.#principals.set(fingerprint, { principalId, seenAt: now().getTime() });
    if (this.#principals.size <= CAPACITY) return;
    const [oldest] = this.#principals.keys();
    if (oldest !== undefined) this.#principals.delete(oldest);
  }

  delete(fingerprint: string): void {
    this.#principals.delete(fingerprint);
  }
}
