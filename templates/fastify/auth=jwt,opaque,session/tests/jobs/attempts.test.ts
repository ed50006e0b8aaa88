/** Attempts at jobs: what fails is told, and ends nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt } from "../../src/jobs/attempts.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import type { Resources } from "../../src/resources.ts";
import { captureLogs } from "../support/logs.ts";

const RESOURCES = {} as Resources;
const JOB = "sendPasswordChanged";

test("a job is done once with its argument", async (t) => {
  const job = t.mock.method(JOBS, JOB, async () => {});
  const lines = captureLogs();
  assert.equal(await attempt(RESOURCES, JOB, "argument", 1), true);
  assert.deepEqual(
    job.mock.calls.map((call) => call.arguments),
    [[RESOURCES, "argument"]],
  );
  assert.deepEqual(lines, []);
});

test("an attempt that fails is logged without what the job was given", async (t) => {
  t.mock.method(JOBS, JOB, async () => {
    throw new RangeError("the mail server does not answer ann@example.com");
  });
  const lines = captureLogs();
  assert.equal(await attempt(RESOURCES, JOB, "ann@example.com", 3), false);
  assert.deepEqual(
    lines.map(({ event, level, attempt: number, error }) => [event, level, number, error]),
    [["job.failed", "warning", 3, "RangeError"]],
  );
  assert.ok(!JSON.stringify(lines).includes("ann@example.com"));
});

test("an unknown job fails loudly", async () => {
  const lines = captureLogs();
  assert.equal(await attempt(RESOURCES, "unknown" as typeof JOB, "x", 1), false);
  assert.equal(lines.at(-1)?.["event"], "job.failed");
});
