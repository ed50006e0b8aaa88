/** Results of a function that is called with the same texts again and again. */

const CAPACITY = 4096;

export class Remembered<T> {
  readonly #values = new Map<string, T>();
  readonly #compute: (text: string) => T;

  constructor(compute: (text: string) => T) {
    this.#compute = compute;
  }

  /** Returns the function's result for a text. */
  of(text: string): T {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    const value = this.#compute(text);
    // Clients choose the texts: nonsense is not kept, and the memory for the others is bounded.
    if (value === undefined) return value;
    if (this.#values.size >= CAPACITY) this.#values.clear();
    this.#values.set(text, value);
    return value;
  }
}
