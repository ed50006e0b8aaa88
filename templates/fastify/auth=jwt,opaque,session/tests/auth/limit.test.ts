/** Work that may run only so many times at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Limit } from "../../src/auth/limit.ts";
import { Unavailable } from "../../src/errors.ts";

test("no more tasks run at once than there is room for", async () => {
  const limit = new Limit(2, 100);
  let running = 0;
  let most = 0;
  const task = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => limit.run(task)));
  assert.equal(most, 2);
  assert.equal(running, 0);
});

test("a task over the number that may wait is refused at once", async () => {
  const limit = new Limit(1, 2);
  const { promise, resolve } = Promise.withResolvers<void>();
  const admitted = [1, 2, 3].map((number) => limit.run(async () => promise.then(() => number)));
  await assert.rejects(
    limit.run(async () => 4),
    Unavailable,
  );
  resolve();
  assert.deepEqual(await Promise.all(admitted), [1, 2, 3]);
  assert.equal(await limit.run(async () => 5), 5);
});

test("a task that fails makes room all the same", async () => {
  const limit = new Limit(1, 1);
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(
      limit.run(() => Promise.reject(new Error("boom"))),
      /boom/,
    );
  }
  assert.equal(await limit.run(async () => "done"), "done");
});
