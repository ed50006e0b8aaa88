/** Durations of password hashing. */

import { Histogram, type Registry } from "prom-client";

/** Makes the series of passwords. */
export const hashingSeries = (registers: Registry[]) => ({
  hashing: new Histogram({
    name: "password_hash_duration_seconds",
    help: "Time to hash or verify a password, with the wait for a thread.",
    labelNames: ["operation"],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  }),
});
