/** Metrics of what requests do not show: passwords and jobs. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { JOBS } from "../../src/jobs/registry.ts";
import { timeJob } from "../../src/telemetry/job-metrics.ts";
import { finishJobs } from "../support/jobs.ts";
import { exposed, measuredService, sumOf } from "../support/metrics.ts";
import { PASSWORD } from "../support/passwords.ts";

const HASHING = "password_hash_duration_seconds_count";
const JOBS_DONE = "job_duration_seconds_count";

test("each password is measured", async (t) => {
  const { resources } = await measuredService(t);
  const { passwords } = resources;
  const passwordHash = await passwords.hash(PASSWORD);
  await passwords.verify(PASSWORD, passwordHash);
  await passwords.verify(PASSWORD, undefined);
  assert.equal(await sumOf(HASHING, { operation: "hash" }), 1);
  assert.equal(await sumOf(HASHING, { operation: "verify" }), 2);
  assert.ok(!(await exposed()).includes(PASSWORD));
});

test("the time of a password is that of its hashing", async (t) => {
  const { resources } = await measuredService(t);
  const begun = performance.now();
  await resources.passwords.hash(PASSWORD);
  const seconds = (performance.now() - begun) / 1000;
  const measured = await sumOf("password_hash_duration_seconds_sum");
  assert.ok(measured > seconds / 2 && measured <= seconds, `${measured} of ${seconds}`);
});

test("each attempt at a job is measured", async (t) => {
  const { resources } = await measuredService(t);
  let tries = 0;
  const often = timeJob("often", async (_resources, argument) => {
    tries += 1;
    if (tries < 3) throw new RangeError(argument);
  });
  for (let attempt = 1; attempt < 3; attempt++) {
    await assert.rejects(often(resources, "hunter2"), RangeError);
  }
  await often(resources, "hunter2");
  assert.equal(await sumOf(JOBS_DONE, { job_name: "often", outcome: "failed" }), 2);
  assert.equal(await sumOf(JOBS_DONE, { job_name: "often", outcome: "succeeded" }), 1);
  assert.ok(!(await exposed()).includes("hunter2"));
});

test("every job of the service is measured under its name", async (t) => {
  const { resources } = await measuredService(t);
  const names = Object.keys(JOBS);
  assert.ok(names.length > 0);
  for (const job of Object.values(JOBS)) {
    await job(resources, "nobody").catch(() => undefined);
  }
  for (const name of names) assert.equal(await sumOf(JOBS_DONE, { job_name: name }), 1, name);
  await finishJobs(resources);
});
