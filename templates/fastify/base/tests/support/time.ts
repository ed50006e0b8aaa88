/** Time, as tests move it: only `Date`, so that timers and sockets go on as usual. */

import type { TestContext } from "node:test";

const travelling = new WeakSet<TestContext>();

/** Moves the time of a test forward. */
export const travel = (t: TestContext, milliseconds: number): void => {
  const target = Date.now() + milliseconds;
  if (travelling.has(t)) {
    t.mock.timers.setTime(target);
  } else {
    travelling.add(t);
    t.mock.timers.enable({ apis: ["Date"], now: target });
  }
};
