/** Work that a shutdown waits for. */

/** Counts what has begun and is not finished. */
export class Unfinished {
  readonly #joining: (() => void)[] = [];
  #count = 0;

  /** Counts work that `join` waits for. */
  begin(): void {
    this.#count += 1;
  }

  finish(): void {
    this.#count -= 1;
    if (this.#count === 0) {
      for (const resolve of this.#joining.splice(0)) {
        resolve();
      }
    }
  }

  /** Waits until all that was begun is finished. */
  async join(): Promise<void> {
    if (this.#count > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#joining.push(resolve);
      await promise;
    }
  }
}
