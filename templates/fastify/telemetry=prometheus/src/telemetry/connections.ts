/** The number of database connections in use. */

import type { Series } from "./series.ts";

let taken = 0;

/** Counts a connection that somebody takes. */
export const countTaken = (): void => {
  taken += 1;
};

/** Counts a connection that is given back. */
export const countGivenBack = (): void => {
  taken -= 1;
};

/** Reports how many are taken. */
export const lookAtConnections = ({ connections }: Series): void => {
  connections.set(taken);
};
