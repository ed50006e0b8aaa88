/** Runs the jobs that wait in this process. */

import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { runOutsideRequests } from "../security/request-context.ts";
import type { Job } from "./queue.ts";
import { run } from "./retries.ts";

export const WORKERS = 4;
export const DRAINING = { milliseconds: 5_000 };

/** Runs jobs while the service runs; at shutdown, finishes the rest within `DRAINING`. */
export const runWorker = (resources: Resources, stack: AsyncDisposableStack): void => {
  const worker = new Worker(resources);
  resources.jobs.onJob(() => worker.work());
  stack.defer(() => worker.drain());
  worker.work();
};

class Worker {
  readonly #resources: Resources;
  readonly #running = new Set<Job>();
  readonly #stop = new AbortController();

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  /** Starts waiting jobs, `WORKERS` at once. */
  work(): void {
    const { jobs } = this.#resources;
    while (this.#running.size < WORKERS && !this.#stop.signal.aborted) {
      const job = jobs.take();
      if (job === undefined) {
        return;
      }
      this.#running.add(job);
      const running = runOutsideRequests(() => this.#run(job));
      running.finally(() => {
        this.#running.delete(job);
        jobs.finish();
        this.work();
      });
    }
  }

  async drain(): Promise<void> {
    const { jobs } = this.#resources;
    const done = new AbortController();
    const late = sleep(DRAINING.milliseconds, undefined, { signal: done.signal });
    await Promise.race([jobs.join(), late]);
    done.abort();
    await late.catch(() => undefined);
    this.#stop.abort();
    for (const job of this.#running) {
      lose(job);
    }
    for (let job = jobs.take(); job !== undefined; job = jobs.take()) {
      lose(job);
    }
  }

  async #run({ name, argument }: Job): Promise<void> {
    try {
      await run(this.#resources, name, argument, this.#stop.signal);
    } catch (error) {
      // The pause before another attempt was cut short; `drain` has logged the job.
      if (!this.#stop.signal.aborted) {
        throw error;
      }
    }
  }
}

const lose = ({ name }: Job): void => {
  log.error({ event: "job.lost", job: name, reason: "the service stopped" });
};
