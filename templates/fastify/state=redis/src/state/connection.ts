/** The connection to Redis. */

import { Redis } from "ioredis";

const MILLISECONDS = 500;
const TICKS = 50;
const RECONNECT_MILLISECONDS = 200;
/** A connection that owes an answer for so long is replaced by a new one. */
export const SILENCE = { milliseconds: 5_000 };

/** Returns a client that never waits for a connection; `inTime` bounds its commands. */
export const connectionTo = (url: string): Redis => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: MILLISECONDS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RECONNECT_MILLISECONDS,
    reconnectOnError: isReadOnly,
    socketTimeout: SILENCE.milliseconds,
  });
  // Whoever uses the connection learns of it by the command that fails.
  redis.on("error", () => {});
  return redis;
};

/**
 * Returns whether a replica has refused to write.
 *
 * After a failover, connections to the former primary stay open; new ones lead to the new primary.
 */
export const isReadOnly = ({ message }: Error): boolean => message.includes("READONLY");

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
