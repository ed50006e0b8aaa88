/** Counts of what happened since somebody last asked, in the memory of this process. */

export const CAPACITY = 10_000;

interface Tally {
  readonly count: number;
  readonly expiresAt: number;
}

/** Counts that are read and reset at once. */
export class Tallies {
  // Least recently counted first.
  readonly #tallies = new Map<string, Tally>();

  /** Counts once more, for a time at most; the least recently counted are evicted. */
  add(key: string, seconds: number): void {
    const count = this.take(key) + 1;
    this.#tallies.set(key, { count, expiresAt: performance.now() + seconds * 1000 });
    if (this.#tallies.size <= CAPACITY) return;
    const [oldest] = this.#tallies.keys();
    if (oldest !== undefined) this.#tallies.delete(oldest);
  }

  /** Returns a count, and resets it. */
  take(key: string): number {
    const tally = this.#tallies.get(key);
    this.#tallies.delete(key);
    return tally !== undefined && tally.expiresAt > performance.now() ? tally.count : 0;
  }
}
