import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Store } from "../../src/state/store.ts";
import { emptyDatabase } from "../support/database.ts";
import { type Scope, settingsFor } from "../support/service.ts";
import { newState } from "../support/state.ts";

const RATE = { requests: 2, seconds: 60 };

const openStore = async (scope: Scope): Promise<Store> => {
  const state = await newState();
  const stack = new AsyncDisposableStack();
  scope.after(async () => {
    await stack.disposeAsync();
    await state.drop();
  });
  const database = await emptyDatabase();
  scope.after(() => database.drop());
  return Store.open(settingsFor(database.url, state.settings), stack);
};

test("requests within the rate need not wait, and one over it is told how long", async (t) => {
  const store = await openStore(t);
  assert.deepEqual([await store.hit("key", RATE), await store.hit("key", RATE)], [0, 0]);
  const wait = await store.hit("key", RATE);
  assert.ok(wait > 55 && wait <= 60, String(wait));
  const looked = await store.look("key", RATE);
  assert.ok(looked > 55 && looked <= 60, String(looked));
});

test("what is looked at or forgotten counts no more", async (t) => {
  const store = await openStore(t);
  for (let asked = 0; asked < 5; asked++) assert.equal(await store.look("key", RATE), 0);
  for (let asked = 0; asked < 3; asked++) await store.hit("key", RATE);
  await store.forget("key", RATE);
  assert.equal(await store.hit("key", RATE), 0);
});

test("each key is counted for itself", async (t) => {
  const store = await openStore(t);
  for (let asked = 0; asked < 3; asked++) await store.hit("one", RATE);
  assert.equal(await store.hit("other", RATE), 0);
});

test("the window moves on", async (t) => {
  const store = await openStore(t);
  const rate = { requests: 1, seconds: 1 };
  assert.equal(await store.hit("key", rate), 0);
  assert.equal(await store.hit("key", rate), 1);
  await setTimeout(1_050);
  assert.equal(await store.hit("key", rate), 0);
});

test("requests at the same time are counted exactly", async (t) => {
  const store = await openStore(t);
  const rate = { requests: 5, seconds: 60 };
  const waits = await Promise.all(Array.from({ length: 40 }, () => store.hit("key", rate)));
  assert.equal(waits.filter((wait) => wait === 0).length, 5);
});

test("what is cached is found until it expires or is deleted", async (t) => {
  const store = await openStore(t);
  const value = Buffer.from([0, 255, 1]);
  assert.equal(await store.get("key"), undefined);
  await store.set("key", value, 60);
  assert.deepEqual(await store.get("key"), value);
  await store.set("key", Buffer.from("newer"), 60);
  assert.equal((await store.get("key"))?.toString(), "newer");
  await store.delete("key");
  assert.equal(await store.get("key"), undefined);
  await store.set("short", value, 1);
  await setTimeout(1_050);
  assert.equal(await store.get("short"), undefined);
});

test("a tally is exact, begins anew when it is taken, and expires", async (t) => {
  const store = await openStore(t);
  await Promise.all(Array.from({ length: 40 }, () => store.add("key", 60)));
  await store.add("other", 60);
  const taken = await Promise.all([store.take("key"), store.take("key"), store.take("key")]);
  assert.deepEqual(taken, [40, 0, 0]);
  await store.add("key", 60);
  assert.equal(await store.take("key"), 1);
  await store.add("short", 1);
  await setTimeout(1_050);
  assert.equal(await store.take("short"), 0);
});

test("a store within reach answers", async (t) => {
  await (await openStore(t)).ping();
});
