/** The connection to Redis. */

import { Redis } from "ioredis";

const MILLISECONDS = 500;
const RECONNECT_MILLISECONDS = 200;

/** Returns a client whose every step is bounded: without these, a lost Redis holds up each request. */
export const connectionTo = (url: string): Redis => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: MILLISECONDS,
    commandTimeout: MILLISECONDS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RECONNECT_MILLISECONDS,
  });
  // Whoever uses the connection learns of it by the command that fails.
  redis.on("error", () => {});
  return redis;
};
