/** Watches the pool of connections. */

import type { Pool } from "pg";
import { countGivenBack, countTaken } from "./connections.ts";

/** Counts the connections of a pool while they are used. */
export const watchPool = (pool: Pool): void => {
  pool.on("acquire", countTaken);
  pool.on("release", countGivenBack);
};
