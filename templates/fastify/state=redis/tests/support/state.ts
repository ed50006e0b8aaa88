/** A state for the tests: keys of their own in the Redis of `TEST_REDIS_URL`, deleted again. */

import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";

export const REDIS_URL = process.env["TEST_REDIS_URL"] ?? "redis://127.0.0.1:6379/15";
export const ENVIRONMENT: Readonly<Record<string, string>> = { REDIS_URL };

/** Returns the settings of a service that begins with an empty state. */
export const newState = async () => {
  const prefix = `test-${randomBytes(8).toString("hex")}`;
  return {
    settings: { REDIS_KEY_PREFIX: prefix },
    drop: async (): Promise<void> => {
      const redis = new Redis(REDIS_URL);
      for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 })) {
        if (keys.length > 0) await redis.del(keys);
      }
      redis.disconnect();
    },
  };
};
