import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../src/security/deadlines.ts";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("what was not prevented expires, in its order and once", async () => {
  const deadlines = new Deadlines(50);
  const expired: string[] = [];
  const add = (name: string) => deadlines.add(() => expired.push(name));
  add("first");
  const prevent = add("prevented");
  await sleep(20);
  add("second");
  prevent();
  while (expired.length < 2) await sleep(5);
  add("third");
  while (expired.length < 3) await sleep(5);
  assert.deepEqual(expired, ["first", "second", "third"]);
});
