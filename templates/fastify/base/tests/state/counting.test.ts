import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCounters } from "../../src/state/counting.ts";

const RATE = { requests: 3, seconds: 60 };

const countersAt = () => {
  const clock = { milliseconds: 0 };
  return { clock, counters: new MemoryCounters(() => clock.milliseconds) };
};

test("as many requests as the rate are within it, and the next one says how long to wait", () => {
  const { clock, counters } = countersAt();
  const answers = [];
  for (let second = 0; second < 4; second++) {
    clock.milliseconds = second * 1_000;
    answers.push(counters.hit("key", RATE));
  }
  assert.deepEqual(answers, [0, 0, 0, 57]);
});

test("the window moves: no two windows side by side allow twice the rate", () => {
  const { clock, counters } = countersAt();
  for (const second of [0, 58, 59]) {
    clock.milliseconds = second * 1_000;
    assert.equal(counters.hit("key", RATE), 0);
  }
  clock.milliseconds = 61_000;
  assert.deepEqual([counters.hit("key", RATE), counters.hit("key", RATE)], [0, 57]);
});

test("refused requests are not counted, so that a wait is as long as it was said", () => {
  const { clock, counters } = countersAt();
  for (let count = 0; count < 100; count++) counters.hit("key", RATE);
  clock.milliseconds = 60_001;
  assert.equal(counters.hit("key", RATE), 0);
});

test("looking does not count, and forgetting resets", () => {
  const { counters } = countersAt();
  for (let count = 0; count < 10; count++) assert.equal(counters.look("key", RATE), 0);
  for (let count = 0; count < 3; count++) counters.hit("key", RATE);
  assert.equal(counters.look("key", RATE), 60);
  assert.equal(counters.look("other", RATE), 0);
  counters.forget("key", RATE);
  assert.equal(counters.look("key", RATE), 0);
});

test("keys that nobody uses any more take no memory", () => {
  const { clock, counters } = countersAt();
  for (let key = 0; key < 1_000; key++) counters.hit(`key-${key}`, RATE);
  clock.milliseconds = 61_000;
  counters.hit("another", RATE);
  assert.equal(counters.size, 1);
});
