/** Timers that all take equally long: one of the runtime's for each request would cost more. */

interface Deadline {
  readonly at: number;
  readonly expire: () => void;
}

export class Deadlines {
  readonly #milliseconds: number;
  // The first is due first.
  readonly #waiting = new Set<Deadline>();
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Calls a function once the time has passed. Returns how to prevent that. */
  add(expire: () => void): () => void {
    const deadline = { at: performance.now() + this.#milliseconds, expire };
    this.#waiting.add(deadline);
    this.#timer ??= this.#look(this.#milliseconds);
    return () => {
      this.#waiting.delete(deadline);
    };
  }

  #look(milliseconds: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#expire();
    }, milliseconds);
    // It is still set when all requests are answered, and must not keep the process.
    return timer.unref();
  }

  #expire(): void {
    for (const deadline of this.#waiting) {
      const left = deadline.at - performance.now();
      if (left > 0) {
        this.#timer = this.#look(left);
        return;
      }
      this.#waiting.delete(deadline);
      deadline.expire();
    }
  }
}
