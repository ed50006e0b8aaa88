/** The pool and its two ways of use. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { afterCommit } from "../../src/database/commits.ts";
import { isUnavailable } from "../../src/database/failures.ts";
import type { Resources } from "../../src/resources.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { problemOf } from "../support/problems.ts";
import { recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const ONE_CONNECTION = {
  DATABASE_POOL_SIZE: "1",
  DATABASE_MAX_OVERFLOW: "0",
  DATABASE_POOL_TIMEOUT: "1",
};

/** Keeps whoever writes waiting, until it is let go. */
const hold = async ({ database }: Resources) => {
  const held = Promise.withResolvers<void>();
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  const holding = database.transaction(async (transaction) => {
    await new UserRepository(transaction).page(1, undefined);
    held.resolve();
    await promise;
  });
  await held.promise;
  return async () => {
    letGo();
    await holding;
  };
};

test("a request waits for its turn and no longer than the timeout", async (t) => {
  const service = await startService(t, ONE_CONNECTION);
  const { client } = await signUp(service);
  const letGo = await hold(service.resources);
  const begun = performance.now();
  const answer = await client.patch(ME, { json: { full_name: "New" } });
  const waited = performance.now() - begun;
  problemOf(answer, 503);
  assert.equal(answer.headers["retry-after"], "5");
  assert.ok(waited > 900 && waited < 4_000, String(waited));
  assert.equal((await service.client.get("/health/live")).statusCode, 200);
  await letGo();
  assert.equal((await client.patch(ME, { json: { full_name: "New" } })).statusCode, 200);
});

test("a turn that comes in time is taken", async (t) => {
  const service = await startService(t, ONE_CONNECTION);
  const { client } = await signUp(service);
  const letGo = await hold(service.resources);
  let isDone = false;
  const waiting = client.patch(ME, { json: { full_name: "New" } }).then(({ statusCode }) => {
    isDone = true;
    return statusCode;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(isDone, false);
  await letGo();
  assert.equal(await waiting, 200);
});

test("no request keeps a connection", async (t) => {
  const service = await startService(t, ONE_CONNECTION);
  const { client } = await signUp(service, "admin");
  const paths = [ME, "/api/v1/users", "/api/v1/users/export", "/api/v1/users/x"];
  for (const path of [...paths, ...paths, ...paths]) {
    assert.ok([200, 422].includes((await client.get(path)).statusCode));
  }
  assert.equal((await client.patch(ME, { json: { full_name: "New" } })).statusCode, 200);
  await service.resources.database.ping();
});

test("a transaction is kept as a whole or not at all", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  let isTold = false;
  const failing = resources.database.transaction(async (transaction) => {
    afterCommit(transaction, () => {
      isTold = true;
    });
    await new UserRepository(transaction).update(user.id, { fullName: "After" });
    throw new Error("undone");
  });
  await assert.rejects(failing, /undone/);
  assert.deepEqual(await findUser(resources, user), user);
  assert.equal(isTold, false);
});

test("transactions side by side are all kept", async (t) => {
  const { resources } = await startService(t, { DATABASE_POOL_SIZE: "3" });
  const users = await Promise.all(Array.from({ length: 20 }, () => makeUser(resources)));
  for (const user of users) {
    assert.deepEqual(await findUser(resources, user), user);
  }
});

test("an address has one account, however many ask at once", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const add = (id: string) =>
    resources.database.transaction((transaction) =>
      new UserRepository(transaction).add({ ...user, id, email: "same@example.com" }),
    );
  const ids = Array.from({ length: 5 }, (_, n) => user.id.replace(/.$/, (n + 1).toString(16)));
  const added = await Promise.all(ids.filter((id) => id !== user.id).map(add));
  assert.equal(added.filter(Boolean).length, 1);
});

test("the caller is known by one query", async (t) => {
  const { client } = await signUp(await startService(t));
  await client.get(ME);
  const sent = await recordedStatements(() => client.get(ME));
  assert.equal(sent.length, 1, sent.join("\n"));
});

test("no success is sent for a change that is not committed", async (t) => {
  const { resources, ...service } = await startService(t);
  const { client, user } = await signUp({ resources, ...service });
  const transaction = resources.database.transaction.bind(resources.database);
  const losing = t.mock.method(resources.database, "transaction", (work: never) =>
    transaction(async (session) => {
      await (work as (session: unknown) => Promise<unknown>)(session);
      throw new Error("lost before its commit");
    }),
  );
  problemOf(await client.patch(ME, { json: { full_name: "New" } }), 500);
  losing.mock.restore();
  assert.equal((await client.get(ME)).json().full_name, user.fullName);
});

test("nothing is kept of a request that was answered as too slow", async (t) => {
  const service = await startService(t, {
    REQUEST_TIMEOUT_SECONDS: "1",
    DATABASE_POOL_TIMEOUT: "5",
  });
  const { client, user } = await signUp(service);
  const { update } = UserRepository.prototype;
  const written = Promise.withResolvers<void>();
  t.mock.method(
    UserRepository.prototype,
    "update",
    async function (this: UserRepository, id: string, changes: { fullName?: string }) {
      await update.call(this, id, changes);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      written.resolve();
    },
  );
  problemOf(await client.patch(ME, { json: { full_name: "Too late" } }), 503);
  await written.promise;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await findUser(service.resources, user))?.fullName, user.fullName);
});

test("a mistake in a statement is no outage", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const mistake = resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(user.id, { email: null as never }),
  );
  await assert.rejects(mistake, (error) => {
    assert.equal(isUnavailable(error), false);
    return true;
  });
});

test("an error shows the statement and none of its values", async (t) => {
  const { resources } = await startService(t);
  const [user, other] = [await makeUser(resources), await makeUser(resources)];
  const clash = resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(user.id, { email: other.email, fullName: "hunter2" }),
  );
  await assert.rejects(clash, (error: Error) => {
    assert.match(error.message, /update .users./i);
    for (let link: unknown = error; link instanceof Error; link = link.cause) {
      assert.ok(!link.message.includes("hunter2") && !link.message.includes(other.email));
    }
    return true;
  });
});
