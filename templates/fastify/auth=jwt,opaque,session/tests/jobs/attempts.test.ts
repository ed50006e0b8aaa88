/** Jobs: retried, and never lost silently. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ATTEMPTS, PAUSES, run } from "../../src/jobs/attempts.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import type { Resources } from "../../src/resources.ts";
import { captureLogs } from "../support/logs.ts";

const RESOURCES = {} as Resources;
const JOB = "sendPasswordChanged";

beforeEach(() => {
  PAUSES.firstMilliseconds = 0;
});

test("a job is done once with its argument", async (t) => {
  const job = t.mock.method(JOBS, JOB, async () => {});
  await run(RESOURCES, JOB, "argument");
  assert.deepEqual(
    job.mock.calls.map((call) => call.arguments),
    [[RESOURCES, "argument"]],
  );
});

test("a job that fails is tried again after longer and longer pauses", async (t) => {
  const pauses: number[] = [];
  t.mock.timers.enable({ apis: ["setTimeout"] });
  PAUSES.firstMilliseconds = 1_000;
  const job = t.mock.method(JOBS, JOB, async () => {
    if (job.mock.callCount() < 3) {
      throw new RangeError("the mail server does not answer ann@example.com");
    }
  });
  const lines = captureLogs();
  const running = run(RESOURCES, JOB, "ann@example.com");
  for (const pause of [1_000, 2_000, 4_000]) {
    const before = job.mock.callCount();
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    t.mock.timers.tick(pause - 1);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    const tooEarly = job.mock.callCount() > before + (before === 0 ? 1 : 0);
    assert.ok(!tooEarly, `before ${pause} ms`);
    t.mock.timers.tick(1);
    pauses.push(pause);
  }
  await running;
  assert.equal(job.mock.callCount(), 4);
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

test("an unknown job is given up loudly", async () => {
  const lines = captureLogs();
  await run(RESOURCES, "unknown" as typeof JOB, "x");
  assert.equal(lines.at(-1)?.["event"], "job.lost");
});
