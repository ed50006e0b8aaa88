/** Jobs that fail: retried, and never lost silently. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { JOBS } from "../../src/jobs/registry.ts";
import { ATTEMPTS, PAUSES, run } from "../../src/jobs/retries.ts";
import type { Resources } from "../../src/resources.ts";
import { retryAtOnce } from "../support/jobs.ts";
import { captureLogs } from "../support/logs.ts";

const RESOURCES = {} as Resources;
const JOB = "sendPasswordChanged";
const FIRST_PAUSE = PAUSES.firstMilliseconds;

beforeEach(() => {
  retryAtOnce();
});

test("a job that fails is tried again after longer and longer pauses", async (t) => {
  assert.equal(FIRST_PAUSE, 1_000);
  PAUSES.firstMilliseconds = 20;
  const begun: number[] = [];
  t.mock.method(JOBS, JOB, async () => {
    if (begun.push(performance.now()) < 4) {
      throw new RangeError("the mail server does not answer ann@example.com");
    }
  });
  const lines = captureLogs();
  await run(RESOURCES, JOB, "ann@example.com");
  const pauses = begun.slice(1).map((moment, before) => moment - (begun[before] ?? 0));
  // A timer may be a millisecond early.
  assert.deepEqual(
    [20, 40, 80].map((expected, index) => (pauses[index] ?? 0) >= expected - 1),
    [true, true, true],
    String(pauses),
  );
  assert.equal(begun.length, 4);
  assert.deepEqual(
    lines.map(({ event, attempt, error }) => [event, attempt, error]),
    [1, 2, 3].map((attempt) => ["job.failed", attempt, "RangeError"]),
  );
  assert.ok(!JSON.stringify(lines).includes("ann@example.com"));
});

test("a job that always fails is dropped and logged", async (t) => {
  const job = t.mock.method(JOBS, JOB, async () => {
    throw new Error("no");
  });
  const lines = captureLogs();
  await run(RESOURCES, JOB, "x");
  assert.equal(job.mock.callCount(), ATTEMPTS);
  assert.deepEqual(
    lines.map(({ event, level }) => [event, level]),
    [...Array(ATTEMPTS).fill(["job.failed", "warning"]), ["job.lost", "error"]],
  );
});
