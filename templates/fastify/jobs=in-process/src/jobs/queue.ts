/** The queue of jobs that run after the response, in this process. */

import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import type { JobName } from "./registry.ts";

export const CAPACITY = 1_000;

export interface Job {
  readonly name: JobName;
  readonly argument: string;
}

/** Holds jobs until the worker takes them. They are lost when the process ends. */
export class Jobs {
  readonly #waiting: Job[] = [];
  readonly #joining: (() => void)[] = [];
  #unfinished = 0;
  #wake: () => void = () => {};

  static async open(_settings: Settings, _stack: AsyncDisposableStack): Promise<Jobs> {
    return new Jobs();
  }

  /** Enqueues a job of `jobs/registry.ts`. Never waits, so it delays no response. */
  async enqueue(name: JobName, argument: string): Promise<void> {
    if (this.#waiting.length >= CAPACITY) {
      log.error({ event: "job.refused", job: name, reason: "the queue is full" });
      return;
    }
    this.begin();
    this.#waiting.push({ name, argument });
    this.#wake();
  }

  /** Takes the next job, to be finished with `finish`; undefined if none is waiting. */
  take(): Job | undefined {
    return this.#waiting.shift();
  }

  /** Calls the worker, from now on, when there is a job. */
  onJob(wake: () => void): void {
    this.#wake = wake;
  }

  /** Counts work that `join` waits for. */
  begin(): void {
    this.#unfinished += 1;
  }

  finish(): void {
    this.#unfinished -= 1;
    if (this.#unfinished === 0) {
      for (const resolve of this.#joining.splice(0)) {
        resolve();
      }
    }
  }

  /** Waits until all that was begun or enqueued is finished. */
  async join(): Promise<void> {
    if (this.#unfinished > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#joining.push(resolve);
      await promise;
    }
  }
}
