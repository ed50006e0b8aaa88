/** What arrives of SQL: operations and tables, below the request that they are for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { newId } from "../../src/ids.ts";
import { describe, OTHER } from "../../src/telemetry/statement-spans.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { tracedService } from "../support/collector.ts";
import { makeUser } from "../support/factories.ts";
import { execute } from "../support/queries.ts";
import { signUp } from "../support/sign-up.ts";

test("a statement is a span of its operation and table", async (t) => {
  const { resources, collector, stop } = await tracedService(t);
  const { database, tracing, settings } = resources;
  const { id } = await tracing.run("work", "internal", undefined, async () => {
    const user = await makeUser(resources, { email: "hunter2@example.com" });
    assert.ok(await database.reader((reader) => new UserRepository(reader).get(user.id)));
    return user;
  });
  // Nobody's work: a probe, or a command.
  await database.reader((reader) => new UserRepository(reader).get(newId()));
  await stop();
  const [work] = collector.named("work");
  for (const operation of ["INSERT", "SELECT"]) {
    const [span, ...others] = collector.named(`${operation} users`);
    assert.equal(others.length, 0);
    assert.deepEqual([span?.traceId, span?.parentId], [work?.traceId, work?.spanId]);
    assert.deepEqual(span?.attributes, {
      "db.system.name": settings.databaseUrl.reveal().split(":", 1)[0],
      "db.operation.name": operation,
      "db.collection.name": "users",
    });
    assert.ok(span && work && span.seconds > 0 && span.seconds <= work.seconds);
  }
  assert.ok(!collector.text.includes("hunter2"));
  assert.ok(!collector.text.includes(id));
});

test("the statements of a request are in its trace, also after its body", async (t) => {
  const service = await tracedService(t);
  const { client } = await signUp(service);
  await client.patch("/api/v1/users/me", { json: { full_name: "Changed" } });
  await service.stop();
  const [request] = service.collector.named("PATCH /api/v1/users/me");
  const [update] = service.collector.named("UPDATE users");
  assert.ok(request);
  assert.deepEqual([update?.traceId, update?.parentId], [request.traceId, request.spanId]);
});

test("a statement that fails names the type of its error", async (t) => {
  const { resources, collector, stop } = await tracedService(t);
  await resources.tracing.run("work", "internal", undefined, async () => {
    const failing = "SELECT hunter2_column FROM users WHERE email = 'hunter2'";
    await assert.rejects(execute(resources, failing));
    // The connection goes on without the span of what failed.
    await makeUser(resources);
  });
  await stop();
  const [failed, ...others] = collector.spans.filter(({ hasFailed }) => hasFailed);
  assert.equal(others.length, 0);
  assert.equal(failed?.name, "SELECT users");
  assert.match(String(failed?.attributes["error.type"]), /^\w*Error$/);
  assert.ok(!collector.text.includes("hunter2"));
  assert.equal(collector.named("INSERT users").length, 1);
});

test("a statement is named by its operation and first table", () => {
  const names: readonly (readonly [string, string, string | undefined])[] = [
    ["SELECT a FROM users WHERE b = 'from hunter2'", "SELECT", "users"],
    ['\n  select 1 from "users"', "SELECT", "users"],
    ["UPDATE `users` SET a = 'INTO hunter2'", "UPDATE", "users"],
    ["DELETE FROM ONLY users", "DELETE", "users"],
    ["WITH x AS (SELECT 1 FROM users) SELECT * FROM x", "WITH", "users"],
    ["COMMIT", "COMMIT", undefined],
    ["begin immediate", "BEGIN", undefined],
    ["hunter2", OTHER, undefined],
    ["", OTHER, undefined],
  ];
  for (const [statement, operation, table] of names) {
    assert.deepEqual(describe(statement), { operation, table }, statement);
  }
});

test("nothing of a statement is kept but its operation and table", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  // The name is long enough for a piece of the text, which would keep the text.
  const kept = Array.from({ length: 60 }, (_, number) =>
    describe(`INSERT INTO known_addresses VALUES ('${number}${"hunter2".repeat(100_000)}')`),
  );
  assert.ok(used() - before < 5_000_000);
  const expected = { operation: "INSERT", table: "known_addresses" };
  assert.deepEqual(kept, Array(60).fill(expected));
});
