/** What arrives at Sentry when a job fails. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { reportFailures } from "../../src/telemetry/failed-jobs.ts";
import { reportingService } from "../support/ingest.ts";

test("a failed job is reported without its argument", async (t) => {
  const { app, resources, sentry } = await reportingService(t);
  const failing = reportFailures("failing", async (_resources, argument) => {
    throw new RangeError(argument);
  });
  await assert.rejects(failing(resources, "hunter2@example.com"), RangeError);
  await app.close();
  const [event, ...others] = sentry.events;
  assert.equal(others.length, 0);
  assert.equal(event?.transaction, "failing");
  assert.ok(!sentry.text.includes("hunter2"));
});
