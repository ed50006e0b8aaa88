/** Counts requests in a moving window, in Redis: one script, so that concurrent ones are exact. */

import type { Redis } from "ioredis";
import type { Rate } from "../settings/rate.ts";

// The times of the counted requests, the newest first, by the clock of Redis. Returns 0 if there
// is room, else the milliseconds to wait.
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window, counts = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local oldest = redis.call('LINDEX', KEYS[1], limit - 1)
if oldest and tonumber(oldest) > now - window then
  return tonumber(oldest) + window - now
end
if counts == '1' then
  redis.call('LPUSH', KEYS[1], now)
  redis.call('LTRIM', KEYS[1], 0, limit - 1)
  redis.call('PEXPIRE', KEYS[1], window)
end
return 0
`;

/** Returns 0 if a request is within the rate, else the seconds to wait; counts it if asked to. */
export const inWindow = async (
  redis: Redis,
  key: string,
  { requests, seconds }: Rate,
  { counts }: { counts: boolean },
): Promise<number> => {
  const window = seconds * 1000;
  const wait = await redis.eval(SCRIPT, 1, key, requests, window, counts ? 1 : 0);
  return Math.ceil(Number(wait) / 1000);
};
