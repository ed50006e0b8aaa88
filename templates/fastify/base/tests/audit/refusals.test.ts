/** Refusals: one event a minute for each caller, and none forgotten. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { AuditRepository } from "../../src/audit/repository.ts";
import { Client } from "../support/client.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { CREDENTIAL_HEADERS, CREDENTIAL_START } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const EXPORT = "/api/v1/users/export";
const WRONG = { [CREDENTIAL_HEADERS[0] ?? ""]: `${CREDENTIAL_START}wrong` };

test("repeated refusals are one event a minute with a count", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const { store, keys } = service.resources;
  const key = `refusals:access.denied:${keys.pseudonym("rate-limit", user.id)}`;
  for (let time = 0; time < 50; time++) {
    assert.equal((await client.get(EXPORT)).statusCode, 403);
  }
  const about = { actorId: user.id };
  const [first, ...none] = await auditEvents(service.resources, "access.denied", about);
  assert.deepEqual([first?.details, none], [{ permission: "users:export" }, []]);
  for (let minute = 0; minute < 2; minute++) {
    await store.forget(key, { requests: 1, seconds: 60 });
    assert.equal((await client.get(EXPORT)).statusCode, 403);
  }
  const [, second, third] = await auditEvents(service.resources, "access.denied", about);
  assert.deepEqual(second?.details, { permission: "users:export", repeated: "49" });
  assert.deepEqual(third?.details, { permission: "users:export" });
});

test("refusals at the same time are all counted", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const { store, keys } = service.resources;
  const key = `refusals:access.denied:${keys.pseudonym("rate-limit", user.id)}`;
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.get(EXPORT)));
  assert.ok(answers.every(({ statusCode }) => statusCode === 403));
  await store.forget(key, { requests: 1, seconds: 60 });
  assert.equal((await client.get(EXPORT)).statusCode, 403);
  const about = { actorId: user.id };
  const events = await auditEvents(service.resources, "access.denied", about);
  const repeated = events.map(({ details }) => Number(details["repeated"] ?? 0));
  assert.equal(events.length, 2);
  assert.equal(
    repeated.reduce((sum, count) => sum + count),
    49,
  );
});

test("refusals of another caller are counted apart", async (t) => {
  const service = await startService(t);
  const callers = [await signUp(service), await signUp(service)];
  await Promise.all(callers.map(({ client }) => client.get(EXPORT)));
  for (const { user } of callers) {
    const about = { actorId: user.id };
    assert.equal((await auditEvents(service.resources, "access.denied", about)).length, 1);
  }
});

test("a refused credential is recorded", async (t) => {
  const service = await startService(t);
  const addresses = ["198.51.100.79", "198.51.100.80"];
  for (const address of [...addresses, ...addresses]) {
    const answer = await new Client(service.app, address).get(ME, { headers: WRONG });
    assert.equal(answer.statusCode, 401);
  }
  const events = await auditEvents(service.resources, "auth.credential.refused");
  assert.deepEqual(
    events.map((event) => event.clientAddress),
    addresses,
  );
});

test("nobody who shows nothing leaves one", async (t) => {
  const service = await startService(t);
  assert.equal((await service.client.get(ME)).statusCode, 401);
  assert.deepEqual(await auditEvents(service.resources, "auth.credential.refused"), []);
});

test("a refusal that cannot be recorded stays one", async (t) => {
  const service = await startService(t);
  t.mock.method(AuditRepository.prototype, "add", async () => {
    throw new Error("lost");
  });
  assert.equal((await service.client.get(ME, { headers: WRONG })).statusCode, 401);
});
