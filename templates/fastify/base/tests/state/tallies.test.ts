import assert from "node:assert/strict";
import { test } from "node:test";
import { CAPACITY, Tallies } from "../../src/state/tallies.ts";

test("the least recently counted make room for new ones", () => {
  const tallies = new Tallies();
  for (let number = 0; number < CAPACITY; number++) tallies.add(String(number), 60);
  tallies.add("0", 60);
  tallies.add("one more", 60);
  const taken = ["0", "1", "2", "one more"].map((key) => tallies.take(key));
  assert.deepEqual(taken, [2, 0, 1, 1]);
});
