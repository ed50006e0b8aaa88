/** The queue of jobs that run after the response, in this process. */

import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import { carryTrace } from "../telemetry/job-parents.ts";
import type { JobName } from "./registry.ts";
import { Unfinished } from "./unfinished.ts";

export const CAPACITY = 1_000;

export interface Job {
  readonly name: JobName;
  readonly argument: string;
}

/** Holds jobs until the worker takes them. They are lost when the process ends. */
export class Jobs extends Unfinished {
  readonly #waiting: Job[] = [];
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
    this.#waiting.push({ name, argument: carryTrace(argument) });
    this.#wake();
  }

  /** Takes the next job, to be finished with `finish`; undefined if none is waiting. */
  take(): Job | undefined {
    return this.#waiting.shift();
  }

  /** How many jobs wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls the worker, from now on, when there is a job. */
  onJob(wake: () => void): void {
    this.#wake = wake;
  }
}
