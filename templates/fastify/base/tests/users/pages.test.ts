/** Cached pages of accounts: quick to read, never out of date, and no way around a permission. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { User } from "../../src/users/model.ts";
import { SECONDS } from "../../src/users/pages.ts";
import { UserRepository } from "../../src/users/repository.ts";
import type { Answer } from "../support/client.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { changeRole } from "../support/roles.ts";
import { startService } from "../support/service.ts";
import { type Caller, signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

const namesOf = async (
  { client }: Caller,
  query: Readonly<Record<string, string>> = {},
): Promise<string[]> => {
  const answer = await client.get(USERS, { query });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json().items.map((item: { full_name: string }) => item.full_name);
};

/** Counts the pages that are read from the database. */
const countReads = (t: TestContext) => t.mock.method(UserRepository.prototype, "page");

test("a page is read from the database once", async (t) => {
  const admin = await signUp(await startService(t), "admin");
  const reads = countReads(t);
  const answers = [
    await admin.client.get(USERS),
    await admin.client.get(USERS),
    await admin.client.get(USERS),
  ];
  assert.equal(new Set(answers.map((answer) => answer.body)).size, 1);
  assert.match(String(answers[0]?.headers["content-type"]), /^application\/json(;|$)/);
  assert.deepEqual(
    reads.mock.calls.map((call) => call.arguments[0]),
    [21],
  );
});

test("each page is cached for itself", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  for (const fullName of ["Ada", "Bob"]) {
    await makeUser(service.resources, { fullName });
  }
  assert.deepEqual(await namesOf(admin, { limit: "1" }), ["Bob"]);
  assert.deepEqual(await namesOf(admin, { limit: "2" }), ["Bob", "Ada"]);
  const first = await admin.client.get(USERS, { query: { limit: "1" } });
  const cursor = first.json().next_cursor;
  assert.deepEqual(await namesOf(admin, { limit: "1", cursor }), ["Ada"]);
});

type Change = (admin: Caller, user: User) => Promise<Answer>;
const disable: Change = ({ client }, { id }) =>
  client.patch(`${USERS}/${id}`, { json: { is_active: false } });
const CHANGES: Readonly<Record<string, Change>> = {
  "an own name": ({ client }) => client.patch(`${USERS}/me`, { json: { full_name: "New Name" } }),
  "a disabled account": disable,
  "a deleted account": ({ client }, { id }) => client.delete(`${USERS}/${id}`),
};

test("a change shows at once", async (t) => {
  const reads = countReads(t);
  for (const [name, change] of Object.entries(CHANGES)) {
    await t.test(name, async (t) => {
      const service = await startService(t);
      const admin = await signUp(service, "admin");
      const user = await makeUser(service.resources);
      reads.mock.resetCalls();
      const before = (await admin.client.get(USERS)).body;
      assert.ok((await change(admin, user)).statusCode < 300);
      assert.notEqual((await admin.client.get(USERS)).body, before);
      assert.equal(reads.mock.callCount(), 2);
    });
  }
});

test("who deletes the own account is gone at once", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const user = await signUp(service);
  assert.equal((await namesOf(admin)).length, 2);
  assert.equal((await user.client.delete(`${USERS}/me`)).statusCode, 204);
  assert.equal((await namesOf(admin)).length, 1);
});

test("pages are forgotten after the commit", async (t) => {
  const { resources, ...service } = await startService(t);
  const admin = await signUp({ resources, ...service }, "admin");
  const user = await makeUser(resources);
  const seen: unknown[] = [];
  t.mock.method(resources.store, "delete", async () => {
    seen.push((await findUser(resources, user))?.isActive);
  });
  await disable(admin, user);
  assert.deepEqual(seen, [false]);
});

test("a page that was read before a change is not cached after it", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const user = await makeUser(service.resources);
  const { page } = UserRepository.prototype;
  let isLate = true;
  t.mock.method(
    UserRepository.prototype,
    "page",
    async function (this: UserRepository, limit: number, after: string | undefined) {
      const rows = await page.call(this, limit, after);
      if (isLate) {
        isLate = false;
        assert.equal((await admin.client.delete(`${USERS}/${user.id}`)).statusCode, 204);
      }
      return rows;
    },
  );
  assert.equal((await namesOf(admin)).length, 2);
  assert.equal((await namesOf(admin)).length, 1);
});

test("a cached page is still closed to others", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const user = await signUp(service);
  await namesOf(admin);
  assert.equal((await user.client.get(USERS)).statusCode, 403);
  assert.equal((await service.client.get(USERS)).statusCode, 401);
  await changeRole(await signUp(service, "admin"), admin, "user");
  assert.equal((await admin.client.get(USERS)).statusCode, 403);
});

test("the cache does not reveal addresses", async (t) => {
  const { resources, ...service } = await startService(t);
  const admin = await signUp({ resources, ...service }, "admin");
  const set = t.mock.method(resources.store, "set");
  await namesOf(admin);
  const kept = set.mock.calls.map((call) => call.arguments[1]);
  assert.equal(kept.length, 2);
  for (const value of kept) {
    assert.ok(!value.includes("example.com") && !value.includes("full_name"));
  }
});

test("a page that cannot be unsealed is read again", async (t) => {
  const { resources, ...service } = await startService(t);
  const admin = await signUp({ resources, ...service }, "admin");
  const set = resources.store.set.bind(resources.store);
  t.mock.method(resources.store, "set", (key: string, value: Buffer, seconds: number) =>
    set(key, key.endsWith("generation") ? value : Buffer.from(value.toReversed()), seconds),
  );
  const reads = countReads(t);
  assert.deepEqual(await namesOf(admin), await namesOf(admin));
  assert.equal(reads.mock.callCount(), 2);
});

test("what changed unseen shows after a few seconds", async (t) => {
  const { resources, ...service } = await startService(t);
  const admin = await signUp({ resources, ...service }, "admin");
  const set = t.mock.method(resources.store, "set");
  await namesOf(admin);
  assert.deepEqual(
    set.mock.calls.map((call) => call.arguments[2]),
    [SECONDS, SECONDS],
  );
});
