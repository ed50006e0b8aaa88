/** Short statements of requests that come at the same time share a connection. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type pg from "pg";
import { BoundedPool } from "../../src/database/driver.ts";
import { newDatabase } from "../support/database.ts";
import { endConnections } from "../support/operator.ts";
import { settingsFor } from "../support/service.ts";

const PROCESS = { name: "process", text: "SELECT pg_backend_pid() AS id" };
const WAIT = { name: "wait", text: "SELECT pg_backend_pid() AS id, pg_sleep($1)" };

const open = async (t: TestContext, given: Record<string, string> = {}) => {
  const database = await newDatabase();
  const pool = new BoundedPool(settingsFor(database.url, given));
  t.after(async () => {
    await pool.end();
    await database.drop();
  });
  return { database, pool };
};

const processOf = async (result: Promise<pg.QueryResult>): Promise<unknown> =>
  (await result).rows[0].id;

const processesOf = async (results: readonly Promise<pg.QueryResult>[]): Promise<number> =>
  new Set(await Promise.all(results.map(processOf))).size;

test("named statements that come together share a connection, others have their own", async (t) => {
  const { pool } = await open(t);
  const named = Array.from({ length: 100 }, () => pool.query(PROCESS));
  assert.equal(await processesOf(named), 1);
  const { text } = WAIT;
  assert.equal(await processesOf([1, 2].map(() => pool.query({ text }, [0.3]))), 2);
});

test("each statement has its own values and rows", async (t) => {
  const { pool } = await open(t);
  const echo = { name: "echo", text: "SELECT $1::int AS value" };
  const values = Array.from({ length: 200 }, (_, value) => value);
  const results = await Promise.all(values.map((value) => pool.query(echo, [value])));
  assert.deepEqual(
    results.map(({ rows }) => rows[0].value),
    values,
  );
});

test("a statement that fails, fails alone", async (t) => {
  const { pool } = await open(t);
  const invert = { name: "invert", text: "SELECT 1 / $1::int AS value" };
  const results = await Promise.allSettled([1, 0, 1].map((value) => pool.query(invert, [value])));
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});

test("whoever comes later is not behind a statement that waits", async (t) => {
  const { pool } = await open(t);
  const waiting = processOf(pool.query(WAIT, [2]));
  await setTimeout(200);
  const begun = performance.now();
  const other = await processOf(pool.query(PROCESS));
  assert.ok(performance.now() - begun < 1_000);
  assert.notEqual(other, await waiting);
});

test("a lost connection fails what is on it, and nothing after it", async (t) => {
  const { database, pool } = await open(t);
  const waiting = [1, 2, 3].map(() => pool.query(WAIT, [5]));
  const ended = Promise.allSettled(waiting);
  await setTimeout(200);
  await endConnections(database.url);
  assert.ok((await ended).every(({ status }) => status === "rejected"));
  await pool.query(PROCESS);
});

test("a pool of one serves both those who share and those who do not", async (t) => {
  const one = { DATABASE_POOL_SIZE: "1", DATABASE_MAX_OVERFLOW: "0" };
  const { pool } = await open(t, one);
  const { text } = PROCESS;
  for (let time = 0; time < 3; time++) {
    const results = [PROCESS, { text }, PROCESS, { text }].map((each) => pool.query(each));
    assert.equal(await processesOf(results), 1);
  }
});

test("whoever takes the last connection gives it back, however long others share it", async (t) => {
  const one = { DATABASE_POOL_SIZE: "1", DATABASE_MAX_OVERFLOW: "0" };
  const { pool } = await open(t, one);
  let isOver = false;
  const load = async () => {
    while (!isOver) {
      await pool.query(WAIT, [0.01]);
    }
  };
  const loads = Array.from({ length: 4 }, load);
  try {
    await setTimeout(100);
    const client = await pool.connect();
    client.release();
  } finally {
    isOver = true;
    await Promise.all(loads);
  }
});
