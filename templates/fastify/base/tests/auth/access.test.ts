/** What a route asks of its caller, seen from outside. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { UserRepository } from "../../src/users/repository.ts";
import { auditEvents } from "../support/queries.ts";
import { changeRole } from "../support/roles.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

test("a demotion works at once", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await signUp(service, "admin");
  assert.equal((await other.client.get(USERS)).statusCode, 200);
  await changeRole(admin, other, "user");
  assert.equal((await other.client.get(USERS)).statusCode, 403);
});

test("a disabled account is refused immediately", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const { user, client } = await signUp(service);
  assert.equal((await client.get(`${USERS}/me`)).statusCode, 200);
  await admin.client.patch(`${USERS}/${user.id}`, { json: { is_active: false } });
  assert.equal((await client.get(`${USERS}/me`)).statusCode, 401);
});

test("an account disabled behind the service's back is nobody at once", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  await service.resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(user.id, { isActive: false }),
  );
  assert.equal((await client.get(`${USERS}/me`)).statusCode, 401);
});

test("a deleted account is refused at once", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const { user, client } = await signUp(service);
  await admin.client.delete(`${USERS}/${user.id}`);
  assert.equal((await client.get(`${USERS}/me`)).statusCode, 401);
});

test("a denied request is recorded", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  const refusal = await client.get(`${USERS}/export`);
  assert.equal(refusal.statusCode, 403);
  const events = await auditEvents(service.resources, "access.denied", { actorId: user.id });
  assert.deepEqual(
    events.map(({ details, requestId }) => [{ ...details }, requestId]),
    [[{ permission: "users:export" }, refusal.json()["request_id"]]],
  );
});

test("the body of a request that may not be made is not read", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service);
  const headers = { "content-type": "application/json" };
  const url = `${USERS}/${(await signUp(service)).user.id}`;
  const answer = await client.patch(url, { content: "{broken", headers });
  assert.equal(answer.statusCode, 403);
  assert.equal((await service.client.patch(url, { content: "{", headers })).statusCode, 401);
});
