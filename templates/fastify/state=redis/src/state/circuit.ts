/** A circuit breaker: during an outage of Redis, no request waits for a timeout. */

import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../logging.ts";
import { runOutsideRequests } from "../security/request-context.ts";

const PROBE_MILLISECONDS = 1_000;

/** Open while Redis is unavailable; `reconnect` is retried until it succeeds. */
export class Circuit {
  readonly #reconnect: () => Promise<void>;
  readonly #stop = new AbortController();
  #waiting: Promise<void> | undefined;

  constructor(reconnect: () => Promise<void>) {
    this.#reconnect = reconnect;
  }

  get isOpen(): boolean {
    return this.#waiting !== undefined;
  }

  /** Reports that Redis is unavailable; logged once per outage. */
  open(error: unknown): void {
    if (this.isOpen || this.#stop.signal.aborted) return;
    log.error({ event: "state.lost", err: error });
    // Not in the name of the current request, which would otherwise be in its lines.
    this.#waiting = runOutsideRequests(() => this.#wait(performance.now()));
  }

  /** Stops trying. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#waiting;
  }

  async #wait(lostAt: number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await sleep(PROBE_MILLISECONDS, undefined, { signal });
        await this.#reconnect();
      } catch {
        continue;
      }
      const seconds = Math.round((performance.now() - lostAt) / 100) / 10;
      this.#waiting = undefined;
      log.warn({ event: "state.recovered", seconds });
      return;
    }
  }
}
