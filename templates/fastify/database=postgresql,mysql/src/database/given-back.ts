/** Connections that have to come back before a pool is closed. */

import { setTimeout } from "node:timers/promises";

const MILLISECONDS = 1_000;

/** Waits for all connections in use to be given back, for a while. */
export const givenBack = async (inUse: ReadonlySet<unknown>): Promise<void> => {
  const until = performance.now() + MILLISECONDS;
  while (inUse.size > 0 && performance.now() < until) {
    await setTimeout(10);
  }
};
