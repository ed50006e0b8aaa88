/** Tells `tests/run.ts` which test begins. */

import { relative } from "node:path";
import { beforeEach } from "node:test";

beforeEach((test) => {
  const file = "filePath" in test ? relative("", String(test.filePath)) : "";
  process.send?.(`${file}: ${test.name}`);
});

// The tests do not wait for what they tell.
process.channel?.unref();
