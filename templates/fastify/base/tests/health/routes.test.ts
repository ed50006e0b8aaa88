import assert from "node:assert/strict";
import { test } from "node:test";
import { buildApp } from "../../src/app.ts";
import { CHECKS } from "../../src/health/checks.ts";
import { emptyDatabase } from "../support/database.ts";
import { problemOf } from "../support/problems.ts";
import { settingsFor, startService } from "../support/service.ts";
import { newState } from "../support/state.ts";

const ALL_OK = {
  ...Object.fromEntries(Object.keys(CHECKS).map((name) => [name, "ok"])),
  database: "ok",
  state: "ok",
};

test("a service that runs is live and touches nothing", async (t) => {
  const { client, resources } = await startService(t);
  const uses = [
    t.mock.method(resources.database, "reader"),
    t.mock.method(resources.store, "look"),
  ];
  const answer = await client.get("/health/live");
  assert.deepEqual([answer.statusCode, answer.body], [200, '{"status":"ok"}']);
  assert.ok(uses.every(({ mock }) => mock.callCount() === 0));
});

test("a service with all it needs is ready", async (t) => {
  const { client } = await startService(t);
  const answer = await client.get("/health/ready");
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { status: "ok", checks: ALL_OK });
});

test("a service without one of them is not, and says nothing of why", async (t) => {
  for (const part of ["database", "store"] as const) {
    const { client, resources } = await startService(t);
    t.mock.method(resources[part], "ping", async () => {
      throw new Error("connect to 10.9.8.7 as admin failed");
    });
    const answer = await client.get("/health/ready");
    assert.equal(answer.statusCode, 503);
    const name = part === "store" ? "state" : part;
    const checks = { ...ALL_OK, [name]: "unavailable" };
    assert.deepEqual(answer.json(), { status: "unavailable", checks });
  }
});

test("a service that is told to stop is not ready", async (t) => {
  const { client, app } = await startService(t);
  app.stopping = true;
  assert.equal((await client.get("/health/ready")).statusCode, 503);
  assert.equal((await client.get("/health/live")).statusCode, 200);
});

test("a check that hangs times out", async (t) => {
  const { client, resources } = await startService(t);
  t.mock.method(resources.store, "ping", () => new Promise(() => {}));
  const answer = await client.get("/health/ready");
  assert.equal(answer.json().checks.state, "unavailable");
});

test("a flood of probes checks once a second", async (t) => {
  const { client, resources } = await startService(t);
  const ping = t.mock.method(resources.database, "ping");
  await Promise.all(Array.from({ length: 200 }, () => client.get("/health/ready")));
  assert.ok(ping.mock.callCount() <= 2, String(ping.mock.callCount()));
});

test("a database before migrate is not ready", async (t) => {
  const [database, state] = [await emptyDatabase(), await newState()];
  const app = await buildApp(settingsFor(database.url, state.settings), { write: () => {} });
  t.after(async () => {
    await app.close();
    await database.drop();
    await state.drop();
  });
  const answer = await app.inject("/health/ready");
  assert.equal(answer.json().checks.database, "unavailable");
});

test("a query is refused", async (t) => {
  const { client } = await startService(t);
  for (const path of ["/health/live?x=1", "/health/ready?x=1"])
    problemOf(await client.get(path), 422);
});
