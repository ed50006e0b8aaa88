/**
 * Judges passwords off the event loop: an estimate takes up to a second of the processor.
 *
 * The process has one thread for it. It starts with the first password, since it holds its
 * dictionaries in memory, and ends with the process.
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Unavailable } from "../errors.ts";
import { log } from "../logging.ts";
import { Limit } from "./limit.ts";

const MAX_WAITING = 50;
const MILLISECONDS = 10_000;

let thread: Worker | undefined;
// One after the other: an answer belongs to the question before it.
const limit = new Limit(1, MAX_WAITING);

/** Returns whether a password is easy to guess; throws `Unavailable` if too many are waiting. */
export const isEasyToGuess = (password: string, known: readonly string[]): Promise<boolean> =>
  limit.run(async () => {
    thread ??= new Worker(new URL("./judging-thread.ts", import.meta.url));
    const asked = thread;
    asked.ref();
    asked.postMessage({ password, known });
    try {
      const [guessable] = await once(asked, "message", {
        signal: AbortSignal.timeout(MILLISECONDS),
      });
      return guessable === true;
    } catch (error) {
      log.error({ event: "password.judging.failed", err: error });
      // A thread that failed or hangs gives no answer to later questions either.
      thread = undefined;
      await asked.terminate();
      throw new Unavailable();
    } finally {
      asked.unref();
    }
  });
