/** The connection to Redis. */

import { Redis } from "ioredis";

const MILLISECONDS = 500;
const TICKS = 50;
const RECONNECT_MILLISECONDS = 200;

/** Returns a client that never waits for a connection; `inTime` bounds its commands. */
export const connectionTo = (url: string): Redis => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: MILLISECONDS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RECONNECT_MILLISECONDS,
  });
  // Whoever uses the connection learns of it by the command that fails.
  redis.on("error", () => {});
  return redis;
};

/**
 * Returns an answer of Redis; throws if there is none.
 *
 * The time passes in turns of the event loop: a burst of requests that keeps the process from
 * reading an answer is no outage.
 */
export const inTime = async <T>(answer: Promise<T>): Promise<T> => {
  const { promise: missed, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout;
  const tick = (left: number): void => {
    timer = setTimeout(() => {
      if (left > 1) tick(left - 1);
      // After what has arrived meanwhile.
      else setImmediate(() => reject(new Error("Redis does not answer")));
    }, MILLISECONDS / TICKS);
  };
  tick(TICKS);
  return Promise.race([answer, missed]).finally(() => clearTimeout(timer));
};
