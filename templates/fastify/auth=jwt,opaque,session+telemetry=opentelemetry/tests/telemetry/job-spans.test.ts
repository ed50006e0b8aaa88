/** What arrives of jobs: each attempt, in the trace of the request that made the job. */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import { attempt } from "../../src/jobs/attempts.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { log } from "../../src/logging.ts";
import { carriedBy } from "../../src/telemetry/job-parents.ts";
import { traceAttempt } from "../../src/telemetry/job-spans.ts";
import { tracedService } from "../support/collector.ts";
import { finishJobs, retryAtOnce } from "../support/jobs.ts";
import { startService } from "../support/service.ts";

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const JOB = "sendPasswordChanged";

beforeEach(() => {
  retryAtOnce();
});

/** Replaces a job by one that fails at first; returns the arguments of its attempts. */
const failingAtFirst = (t: TestContext): string[] => {
  const given: string[] = [];
  const job = traceAttempt(JOB, async (_resources, argument) => {
    given.push(argument);
    log.info({ event: "attempted" });
    if (given.length === 1) throw new RangeError(argument);
  });
  t.mock.method(JOBS, JOB, job);
  return given;
};

test("each attempt is in the trace of the request", async (t) => {
  const { resources, collector, lines, stop } = await tracedService(t);
  const given = failingAtFirst(t);
  await resources.tracing.run("request", "server", undefined, () =>
    resources.jobs.enqueue(JOB, "hunter2@example.com"),
  );
  await finishJobs(resources);
  await stop();
  const [request] = collector.named("request");
  const [failed, succeeded] = collector.named(`job ${JOB}`);
  for (const span of [failed, succeeded]) {
    assert.deepEqual([span?.traceId, span?.parentId], [request?.traceId, request?.spanId]);
  }
  assert.deepEqual([failed?.attributes, failed?.hasFailed], [{ "error.type": "RangeError" }, true]);
  assert.deepEqual([succeeded?.attributes, succeeded?.hasFailed], [{}, false]);
  assert.deepEqual(given, ["hunter2@example.com", "hunter2@example.com"]);
  const traces = lines.filter(({ event }) => event === "attempted").map((line) => line["trace_id"]);
  assert.deepEqual(traces, [request?.traceId, request?.traceId]);
  assert.ok(!collector.text.includes("hunter2"));
});

test("a job of no request begins a trace", async (t) => {
  const { resources, collector, stop } = await tracedService(t);
  const given = failingAtFirst(t);
  await resources.jobs.enqueue(JOB, `${PARENT}\nhunter2`);
  await finishJobs(resources);
  await stop();
  const spans = collector.named(`job ${JOB}`);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 2);
  assert.deepEqual(
    spans.map(({ parentId }) => parentId),
    ["", ""],
  );
  // What looks like a trace in an argument is a part of it.
  assert.deepEqual(given, [`${PARENT}\nhunter2`, `${PARENT}\nhunter2`]);
});

test("a process that traces nothing does the jobs of one that does", async (t) => {
  const { resources } = await startService(t);
  const given = failingAtFirst(t);
  for (const number of [1, 2]) await attempt(resources, JOB, `${PARENT}\nhunter2`, number);
  assert.deepEqual(given, ["hunter2", "hunter2"]);
});

test("every job of the service is traced under its name", async (t) => {
  const { resources, collector, stop } = await tracedService(t);
  const names = Object.keys(JOBS);
  assert.ok(names.length > 0);
  for (const job of Object.values(JOBS)) await job(resources, "\nnobody").catch(() => undefined);
  await finishJobs(resources);
  await stop();
  for (const name of names) assert.equal(collector.named(`job ${name}`).length, 1, name);
});

test("a job from before there were traces is left as it is", () => {
  for (const argument of ["", "ann@example.com", "two\nlines", "00-0-0-01\nx"]) {
    assert.deepEqual(carriedBy(argument), { rest: argument });
  }
});
