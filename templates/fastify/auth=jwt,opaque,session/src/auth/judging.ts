/**
 * Judges passwords off the event loop: an estimate takes up to a second of the processor.
 *
 * The thread starts with the first password, since it holds its dictionaries in memory.
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Unavailable } from "../errors.ts";
import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import { Limit } from "./limit.ts";

const MAX_WAITING = 50;
const MILLISECONDS = 10_000;

export class Judge {
  #worker: Worker | undefined;
  // One after the other: an answer belongs to the question before it.
  readonly #limit = new Limit(1, MAX_WAITING);

  static async open(_settings: Settings, stack: AsyncDisposableStack): Promise<Judge> {
    return stack.adopt(new Judge(), (judge) => judge.close());
  }

  /** Returns whether a password is easy to guess; throws `Unavailable` if too many are waiting. */
  isGuessable(password: string, known: readonly string[]): Promise<boolean> {
    return this.#limit.run(async () => {
      this.#worker ??= this.#start();
      const worker = this.#worker;
      worker.ref();
      worker.postMessage({ password, known });
      try {
        const signal = AbortSignal.timeout(MILLISECONDS);
        const [guessable] = await once(worker, "message", { signal });
        return guessable === true;
      } catch (error) {
        log.error({ event: "password.judging.failed", err: error });
        // A thread that failed or hangs gives no answer to later questions either.
        await this.close();
        throw new Unavailable();
      } finally {
        worker.unref();
      }
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    return new Worker(new URL("./judging-thread.ts", import.meta.url));
  }
}
