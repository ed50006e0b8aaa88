/** Measures the hashing of passwords. */

import { measured } from "./metrics.ts";

/** Measures some work on a password, until it is disposed of. */
export const timeHashing = (operation: "hash" | "verify"): Disposable => {
  const end = measured()?.hashing.startTimer({ operation });
  return { [Symbol.dispose]: () => end?.() };
};
