import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Redis } from "ioredis";
import { Client } from "../support/client.ts";
import { startService } from "../support/service.ts";
import { REDIS_URL } from "../support/state.ts";

const prefix = (): string => `test-${randomBytes(8).toString("hex")}`;

test("replicas share limits", async (t) => {
  const settings = {
    REDIS_KEY_PREFIX: prefix(),
    RATE_LIMIT_DEFAULT: "4/minute",
    SECRET_KEY: "k".repeat(40),
  };
  const replicas = [await startService(t, settings), await startService(t, settings)];
  const statuses = [];
  for (let asked = 0; asked < 6; asked++) {
    const service = replicas[asked % 2];
    assert.ok(service);
    statuses.push((await new Client(service.app).get("/nowhere")).statusCode);
  }
  assert.deepEqual(statuses, [404, 404, 404, 404, 429, 429]);
});

test("services with different prefixes share nothing, and every key expires by itself", async (t) => {
  const [one, other] = [prefix(), prefix()];
  const stores = [];
  for (const REDIS_KEY_PREFIX of [one, other]) {
    stores.push((await startService(t, { REDIS_KEY_PREFIX })).resources.store);
  }
  const rate = { requests: 1, seconds: 60 };
  for (const store of stores) {
    assert.equal(await store.hit("key", rate), 0);
    await store.set("cached", Buffer.from("x"), 60);
    await store.add("counted", 60);
    await store.ping();
  }
  const redis = new Redis(REDIS_URL);
  t.after(() => redis.disconnect());
  const keys = await redis.keys(`${one}:*`);
  assert.equal(keys.length, 4);
  for (const key of keys) assert.ok((await redis.pttl(key)) > 0, key);
});
