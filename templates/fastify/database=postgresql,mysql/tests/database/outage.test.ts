/** The server is away, silent or restarting: 503, and all is well again when it is back. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { run } from "../support/command.ts";
import { DEFAULT_PORT, NO_DATABASE, newDatabase, SCHEME } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { Line } from "../support/line.ts";
import {
  endConnections,
  endWaiting,
  refusingConnections,
  withLockedTable,
} from "../support/operator.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { type Caller, signUp } from "../support/sign-up.ts";
import { freePort } from "../support/sockets.ts";

const ME = "/api/v1/users/me";
const NEW_NAME = { json: { full_name: "New" } };

const start = async (t: TestContext) => {
  const database = await newDatabase();
  const line = new Line(database.url, DEFAULT_PORT);
  await line.restore();
  const settings = { REQUEST_TIMEOUT_SECONDS: "2", DATABASE_POOL_TIMEOUT: "1" };
  const through = { ...database, url: line.url };
  const service = await startService(t, settings, { database: through });
  t.after(async () => {
    await line.cut();
    await database.drop();
  });
  return { database, line, service, user: await signUp(service) };
};

/** Waits until an answer comes back; every other one has to be a 503 until then. */
const recovers = async ({ client }: Caller): Promise<void> => {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await client.get(ME);
    if (answer.statusCode === 200) {
      return;
    }
    problemOf(answer, 503);
    assert.ok(performance.now() < deadline);
    await setTimeout(50);
  }
};

test("a server that is away is an outage and coming back ends it", async (t) => {
  const { line, service, user } = await start(t);
  assert.equal((await user.client.get(ME)).statusCode, 200);
  await line.cut();
  for (let time = 0; time < 3; time++) {
    const answer = await user.client.get(ME);
    problemOf(answer, 503);
    assert.equal(answer.headers["retry-after"], "5");
    assert.ok(!answer.body.includes("127.0.0.1"));
    problemOf(await user.client.patch(ME, NEW_NAME), 503);
  }
  const ready = await service.client.get("/health/ready");
  assert.equal(ready.statusCode, 503);
  assert.equal(ready.json().checks.database, "unavailable");
  assert.equal((await service.client.get("/health/live")).statusCode, 200);
  await line.restore();
  await recovers(user);
  assert.equal((await user.client.patch(ME, NEW_NAME)).statusCode, 200);
});

test("connections that an operator ends are replaced", async (t) => {
  const { database, user } = await start(t);
  await Promise.all([1, 2, 3, 4, 5].map(() => user.client.get(ME)));
  assert.ok((await endConnections(database.url)) >= 1);
  await recovers(user);
  for (let time = 0; time < 10; time++) {
    assert.equal((await user.client.get(ME)).statusCode, 200);
  }
});

test("a statement that an operator ends is an outage", async (t) => {
  const { database, user } = await start(t);
  await withLockedTable(database.url, "users", async () => {
    const waiting = user.client.get(ME);
    await setTimeout(300);
    assert.equal(await endWaiting(database.url), 1);
    problemOf(await waiting, 503);
  });
  assert.equal((await user.client.get(ME)).statusCode, 200);
});

test("a server that refuses connections is an outage", async (t) => {
  const { database, user } = await start(t);
  await refusingConnections(database.url, async () => {
    await endConnections(database.url);
    await setTimeout(100);
    for (let time = 0; time < 3; time++) {
      problemOf(await user.client.get(ME), 503);
    }
  });
  await recovers(user);
});

test("a silent server delays requests briefly", async (t) => {
  const { line, user } = await start(t);
  line.silence();
  const begun = performance.now();
  const answers = await Promise.all([1, 2, 3].map(() => user.client.get(ME)));
  assert.ok(performance.now() - begun < 8_000);
  for (const answer of answers) {
    problemOf(answer, 503);
  }
  await line.restore();
  await recovers(user);
});

test("migrating without a server fails in a sentence", async () => {
  const url = `${SCHEME}://owner:hunter2@127.0.0.1:${await freePort()}/nowhere`;
  const { code, stderr } = await run(["migrate"], { ...ENVIRONMENT, DATABASE_URL: url });
  assert.equal(code, 1);
  assert.match(stderr, /^Migration failed: the server cannot be reached: .*ECONNREFUSED.*\n$/);
  assert.ok(!stderr.includes("hunter2"));
});

test("a database that does not exist is named", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  for (const command of ["migrate", "purge"]) {
    const variables = { ...ENVIRONMENT, DATABASE_URL: `${database.url}_nowhere` };
    const { code, stderr } = await run([command], variables);
    assert.equal(code, 1);
    assert.match(stderr, NO_DATABASE);
  }
});
