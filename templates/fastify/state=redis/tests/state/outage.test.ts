import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SILENCE } from "../../src/state/connection.ts";
import { pathTo } from "../support/redis-path.ts";
import { needsRedis as options, startRedis, until } from "../support/redis-server.ts";
import { type Scope, startService } from "../support/service.ts";

const RATE = { requests: 2, seconds: 60 };

beforeEach(() => {
  SILENCE.milliseconds = 5_000;
});

const start = async (t: Scope) => {
  const server = await startRedis(t);
  const service = await startService(t, { REDIS_URL: server.url, RATE_LIMIT_DEFAULT: "3/minute" });
  return { server, ...service, store: service.resources.store };
};

test("guessing stays limited", options, async (t) => {
  const { server, client } = await start(t);
  await client.get("/nowhere");
  await server.kill();
  const statuses = [];
  for (let asked = 0; asked < 5; asked++) statuses.push((await client.get("/nowhere")).statusCode);
  assert.deepEqual(statuses, [404, 404, 404, 429, 429]);
});

test("readiness says so until redis is back, and limits are shared again", options, async (t) => {
  const { server, client, store, lines } = await start(t);
  await server.kill();
  await store.hit("key", RATE);
  assert.equal((await client.get("/health/ready")).statusCode, 503);
  await server.start();
  await until(() => lines.some(({ event }) => event === "state.recovered"));
  await until(async () => (await client.get("/health/ready")).statusCode === 200);
  assert.deepEqual([await store.hit("key", RATE), await store.hit("key", RATE)], [0, 0]);
  assert.ok((await store.hit("key", RATE)) > 0);
});

test("an outage is logged once and so is its end", options, async (t) => {
  const { server, store, lines } = await start(t);
  await server.kill();
  for (let asked = 0; asked < 10; asked++) await store.hit(`key-${asked}`, RATE);
  await server.start();
  await until(() => lines.some(({ event }) => event === "state.recovered"));
  const events = lines
    .map(({ event }) => event)
    .filter((event) => String(event).startsWith("state."));
  assert.deepEqual(events, ["state.lost", "state.recovered"]);
});

test("a burst is no outage", options, async (t) => {
  const { client, lines } = await start(t);
  await Promise.all(Array.from({ length: 1_000 }, () => client.get("/nowhere")));
  assert.equal((await client.get("/health/ready")).statusCode, 200);
  assert.ok(!lines.some(({ event }) => event === "state.lost"));
});

test("a process that is kept busy is no outage", options, async (t) => {
  const { store, lines } = await start(t);
  await store.set("key", Buffer.from("value"), 60);
  const read = store.get("key");
  const end = performance.now() + 1_000;
  while (performance.now() < end);
  assert.equal((await read)?.toString(), "value");
  assert.ok(!lines.some(({ event }) => event === "state.lost"));
});

test("what is counted meanwhile is added", options, async (t) => {
  const { server, store, lines } = await start(t);
  await server.kill();
  for (let time = 0; time < 3; time++) await store.add("key", 60);
  await server.start();
  await until(() => lines.some(({ event }) => event === "state.recovered"));
  await store.add("key", 60);
  assert.deepEqual([await store.take("key"), await store.take("key")], [4, 0]);
});

test("no request waits for a redis that is silent", options, async (t) => {
  const { server, store } = await start(t);
  server.freeze();
  await store.hit("first", RATE);
  const begun = process.hrtime.bigint();
  for (let asked = 0; asked < 100; asked++) await store.hit(`key-${asked}`, RATE);
  assert.ok(process.hrtime.bigint() - begun < 400_000_000n);
});

test(
  "nothing is cached meanwhile, and what could not be deleted is gone afterwards",
  options,
  async (t) => {
    const { server, store, lines } = await start(t);
    await store.set("key", Buffer.from("old"), 60);
    server.freeze();
    assert.equal(await store.get("key"), undefined);
    await store.delete("key");
    await server.kill();
    await server.start();
    await until(() => lines.some(({ event }) => event === "state.recovered"));
    assert.equal(await store.get("key"), undefined);
  },
);

test("a connection that has gone silent is replaced", options, async (t) => {
  assert.equal(SILENCE.milliseconds, 5_000);
  SILENCE.milliseconds = 600;
  const path = await pathTo(t, (await startRedis(t)).port);
  const { client, resources, lines } = await startService(t, { REDIS_URL: path.url });
  path.silence();
  assert.equal((await client.get("/health/ready")).statusCode, 503);
  await until(async () => (await client.get("/health/ready")).statusCode === 200);
  await resources.store.set("key", Buffer.from("value"), 60);
  assert.equal((await resources.store.get("key"))?.toString(), "value");
  assert.ok(lines.some(({ event }) => event === "state.recovered"));
});

test("a primary that has become a replica is left for the new one", options, async (t) => {
  const [former, next] = [await startRedis(t), await startRedis(t)];
  const path = await pathTo(t, former.port);
  const { client, resources, lines } = await startService(t, { REDIS_URL: path.url });
  await former.demote();
  assert.equal((await client.get("/health/ready")).statusCode, 503);
  path.leadTo(next.port);
  await until(async () => (await client.get("/health/ready")).statusCode === 200);
  await resources.store.set("key", Buffer.from("value"), 60);
  assert.equal((await resources.store.get("key"))?.toString(), "value");
  assert.ok(lines.some(({ event }) => event === "state.recovered"));
});

test("the service starts without redis", options, async (t) => {
  const server = await startRedis(t);
  await server.kill();
  const { client } = await startService(t, { REDIS_URL: server.url });
  assert.equal((await client.get("/health/live")).statusCode, 200);
  assert.equal((await client.get("/nowhere")).statusCode, 404);
});
