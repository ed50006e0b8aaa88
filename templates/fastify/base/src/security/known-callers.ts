/** The callers of credentials, only to count their requests, never to authorize them. */

const CAPACITY = 10_000;

export class KnownCallers {
  // Least recently used first.
  readonly #principals = new Map<string, string>();

  get(fingerprint: string): string | undefined {
    return this.#principals.get(fingerprint);
  }

  set(fingerprint: string, principalId: string): void {
    this.#principals.delete(fingerprint);
    this.#principals.set(fingerprint, principalId);
    if (this.#principals.size <= CAPACITY) return;
    const [oldest] = this.#principals.keys();
    if (oldest !== undefined) this.#principals.delete(oldest);
  }

  delete(fingerprint: string): void {
    this.#principals.delete(fingerprint);
  }
}
