/** What arrives of calls to Redis: the names of commands. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { tracedService } from "../support/collector.ts";
import { freePort } from "../support/sockets.ts";

test("a command is a span of its name", async (t) => {
  const { resources, collector, stop } = await tracedService(t);
  const { store, tracing } = resources;
  await store.set("before", Buffer.from("nobody's"), 60);
  await tracing.run("work", "internal", undefined, async () => {
    await store.set("hunter2-key", Buffer.from("hunter2-value"), 60);
    assert.equal(String(await store.get("hunter2-key")), "hunter2-value");
    await store.hit("hunter2-caller", { requests: 5, seconds: 60 });
  });
  await store.get("after");
  await stop();
  const [work] = collector.named("work");
  assert.deepEqual(
    collector.spans.map(({ name }) => name),
    ["SET", "GET", "EVAL", "work"],
  );
  for (const span of collector.spans.slice(0, 3)) {
    assert.deepEqual([span.traceId, span.parentId], [work?.traceId, work?.spanId]);
    assert.deepEqual(span.attributes, {
      "db.system.name": "redis",
      "db.operation.name": span.name,
    });
  }
  assert.ok(!collector.text.includes("hunter2"));
});

test("a command that fails tells nothing of the server", async (t) => {
  const url = `redis://:hunter2@127.0.0.1:${await freePort()}/0`;
  const { resources, collector, stop } = await tracedService(t, { REDIS_URL: url });
  await resources.tracing.run("work", "internal", undefined, async () => {
    await assert.rejects(resources.store.ping());
  });
  await stop();
  assert.equal(collector.named("work").length, 1);
  assert.ok(!collector.text.includes("hunter2"));
});
