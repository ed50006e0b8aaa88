/** The queue and the workers of this process. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { CAPACITY, Jobs } from "../../src/jobs/queue.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import { DRAINING, runWorker, WORKERS } from "../../src/jobs/worker.ts";
import type { Resources } from "../../src/resources.ts";
import type { Settings } from "../../src/settings/index.ts";
import { retryAtOnce } from "../support/jobs.ts";
import { captureLogs } from "../support/logs.ts";

const JOB = "sendPasswordChanged";

beforeEach(() => {
  retryAtOnce();
  DRAINING.milliseconds = 5_000;
});

const queue = async (stack: AsyncDisposableStack): Promise<Resources> =>
  ({ jobs: await Jobs.open({} as Settings, stack) }) as unknown as Resources;

test("a full queue refuses jobs without waiting and logs it", async () => {
  await using stack = new AsyncDisposableStack();
  const { jobs } = await queue(stack);
  const lines = captureLogs();
  for (let number = 0; number < CAPACITY + 2; number++) await jobs.enqueue(JOB, String(number));
  assert.deepEqual(
    lines.map(({ event, job }) => [event, job]),
    [
      ["job.refused", JOB],
      ["job.refused", JOB],
    ],
  );
  assert.equal(jobs.take()?.argument.trim(), "0");
});

test("no more than four jobs run at once, and all are done", async (t) => {
  const stack = new AsyncDisposableStack();
  const resources = await queue(stack);
  let running = 0;
  let most = 0;
  const done: string[] = [];
  t.mock.method(JOBS, JOB, async (_: Resources, argument: string) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    done.push(argument.trim());
  });
  await resources.jobs.enqueue(JOB, "before the worker");
  runWorker(resources, stack);
  for (let number = 0; number < 20; number++) await resources.jobs.enqueue(JOB, String(number));
  await resources.jobs.join();
  assert.equal(done.length, 21);
  assert.equal(most, WORKERS);
  await stack.disposeAsync();
});

test("jobs that fail block no other", async (t) => {
  const stack = new AsyncDisposableStack();
  const resources = await queue(stack);
  const done: string[] = [];
  t.mock.method(JOBS, JOB, async () => {
    throw new Error("no");
  });
  t.mock.method(JOBS, "sendPasswordReset", async (_: Resources, argument: string) => {
    done.push(argument.trim());
  });
  captureLogs();
  runWorker(resources, stack);
  for (let number = 0; number < WORKERS * 2; number++) await resources.jobs.enqueue(JOB, "x");
  await resources.jobs.enqueue("sendPasswordReset", "y");
  await resources.jobs.join();
  assert.deepEqual(done, ["y"]);
  await stack.disposeAsync();
});

test("at shutdown, what waits is finished", async (t) => {
  const stack = new AsyncDisposableStack();
  const resources = await queue(stack);
  const job = t.mock.method(JOBS, JOB, () => new Promise<void>(setImmediate));
  runWorker(resources, stack);
  for (let number = 0; number < 10; number++) await resources.jobs.enqueue(JOB, "x");
  await stack.disposeAsync();
  assert.equal(job.mock.callCount(), 10);
});

test("what cannot be finished at shutdown is logged as lost", async (t) => {
  const stack = new AsyncDisposableStack();
  const resources = await queue(stack);
  DRAINING.milliseconds = 10;
  const { promise, resolve } = Promise.withResolvers<void>();
  t.mock.method(JOBS, JOB, () => promise);
  const lines = captureLogs();
  runWorker(resources, stack);
  for (let number = 0; number < WORKERS + 3; number++) await resources.jobs.enqueue(JOB, "a@b.c");
  await stack.disposeAsync();
  assert.deepEqual(
    lines.map(({ event, job, reason }) => [event, job, reason]),
    Array(WORKERS + 3).fill(["job.lost", JOB, "the service stopped"]),
  );
  assert.ok(!JSON.stringify(lines).includes("a@b.c"));
  resolve();
});
