/** Attempts at jobs: what fails is told, and ends nothing. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ATTEMPT, attempt } from "../../src/jobs/attempts.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { PATIENCE } from "../../src/mail/sender.ts";
import type { Resources } from "../../src/resources.ts";
import { captureLogs } from "../support/logs.ts";

const RESOURCES = {} as Resources;
const JOB = "sendPasswordChanged";

beforeEach(() => {
  ATTEMPT.milliseconds = 600_000;
});

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

test("what an error says in words of a protocol is logged, and nothing else of it", async (t) => {
  const argument = "ann@example.com";
  const errors: readonly (readonly [object, ...unknown[]])[] = [
    [{ code: "EAUTH", command: "AUTH PLAIN", responseCode: 535 }, "EAUTH", "AUTH PLAIN", 535],
    [{ code: "ECONNREFUSED" }, "ECONNREFUSED", undefined, undefined],
    [{ code: "57P01" }, "57P01", undefined, undefined],
    [{ code: argument, command: argument, responseCode: argument }],
    [{ code: `E ${argument}`, command: [argument], responseCode: 5.5 }],
    [{ code: "A".repeat(32), command: "", responseCode: "535" }],
  ];
  const failing = t.mock.method(JOBS, JOB, async () => {});
  for (const [fields, code, command, responseCode] of errors) {
    failing.mock.mockImplementation(async () => {
      throw Object.assign(new Error(argument), fields);
    });
    const lines = captureLogs();
    assert.equal(await attempt(RESOURCES, JOB, argument, 1), false);
    const [line] = lines;
    assert.deepEqual(
      [line?.["error"], line?.["code"], line?.["command"], line?.["response_code"]],
      ["Error", code, command, responseCode],
    );
    assert.ok(!JSON.stringify(lines).includes("ann"));
  }
});

test("an attempt that does not end has failed", async (t) => {
  // A mail server may let each answer wait for so long.
  assert.ok(ATTEMPT.milliseconds >= 5 * PATIENCE.answering);
  ATTEMPT.milliseconds = 50;
  t.mock.method(JOBS, JOB, () => new Promise<void>(() => {}));
  const lines = captureLogs();
  const attempted = attempt(RESOURCES, JOB, "argument", 1);
  const succeeded = await Promise.race([attempted, setTimeout(1_000, "endless")]);
  assert.equal(succeeded, false);
  assert.deepEqual(
    lines.map(({ event, error }) => [event, error]),
    [["job.failed", "Overdue"]],
  );
});

test("an unknown job fails loudly", async () => {
  const lines = captureLogs();
  assert.equal(await attempt(RESOURCES, "unknown" as typeof JOB, "x", 1), false);
  assert.equal(lines.at(-1)?.["event"], "job.failed");
});
