import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownCallers } from "../../src/security/known-callers.ts";

test("no more than a number of callers is remembered, the latest of them", () => {
  const known = new KnownCallers();
  for (let caller = 0; caller < 10_001; caller++) known.set(`credential-${caller}`, `${caller}`);
  assert.equal(known.get("credential-0"), undefined);
  assert.equal(known.get("credential-1"), "1");
  assert.equal(known.get("credential-10000"), "10000");
  known.set("credential-1", "1");
  known.set("another", "x");
  assert.deepEqual([known.get("credential-1"), known.get("credential-2")], ["1", undefined]);
  known.delete("another");
  assert.equal(known.get("another"), undefined);
});
