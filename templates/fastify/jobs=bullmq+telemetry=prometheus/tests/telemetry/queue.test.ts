import assert from "node:assert/strict";
import { test } from "node:test";
import { finishJobs } from "../support/jobs.ts";
import { measuredService } from "../support/metrics.ts";

test("jobs that wait are counted", async (t) => {
  const { resources, metricsPort } = await measuredService(t);
  const waiting = async (): Promise<string | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    return /^jobs_waiting (\S+)$/m.exec(await answer.text())?.[1];
  };
  assert.equal(await waiting(), "0");
  await resources.jobs.enqueue("sendPasswordReset", "nobody");
  await resources.jobs.enqueue("sendPasswordReset", "nobody");
  await resources.jobs.join();
  assert.equal(await waiting(), "2");
  await finishJobs(resources);
  assert.equal(await waiting(), "0");
  t.mock.method(resources.jobs, "waiting", async () => {
    throw new Error("Redis is away");
  });
  assert.match(String(await waiting()), /^nan$/i);
});
