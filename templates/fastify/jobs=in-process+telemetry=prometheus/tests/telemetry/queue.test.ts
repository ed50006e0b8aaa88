import assert from "node:assert/strict";
import { test } from "node:test";
import { WORKERS } from "../../src/jobs/worker.ts";
import { finishJobs } from "../support/jobs.ts";
import { measuredService } from "../support/metrics.ts";

test("jobs that wait are counted", async (t) => {
  const { resources, metricsPort } = await measuredService(t);
  const waiting = async (): Promise<string | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    return /^jobs_waiting (\d+)$/m.exec(await answer.text())?.[1];
  };
  assert.equal(await waiting(), "0");
  const { promise, resolve } = Promise.withResolvers<void>();
  t.mock.method(resources.database, "transaction", () => promise);
  t.mock.method(resources.database, "reader", () => promise);
  for (let number = 0; number < WORKERS + 2; number++) {
    await resources.jobs.enqueue("sendPasswordReset", "nobody");
  }
  assert.equal(await waiting(), "2");
  t.mock.restoreAll();
  resolve();
  await finishJobs(resources);
  assert.equal(await waiting(), "0");
});
