/** Access to data of another account is recorded. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeUser } from "../support/factories.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

test("one's own account leaves none", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "admin");
  await client.get(`${USERS}/me`);
  await client.get(`${USERS}/${user.id}`);
  assert.deepEqual(await auditEvents(service.resources, "user.read", { actorId: user.id }), []);
});

test("an admin reading accounts is recorded", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  for (const path of ["", "/export", `/${other.id}`, `/${admin.user.id}`]) {
    assert.equal((await admin.client.get(USERS + path)).statusCode, 200);
  }
  const expected = [
    ["user.listed", undefined],
    ["user.exported", undefined],
    ["user.read", other.id],
  ] as const;
  for (const [name, subjectId] of expected) {
    const events = await auditEvents(service.resources, name, { actorId: admin.user.id });
    assert.deepEqual(
      events.map((event) => event.subjectId),
      [subjectId],
    );
  }
});

test("disabling and enabling leave events", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  for (const isActive of [false, false, true, true]) {
    await admin.client.patch(`${USERS}/${other.id}`, { json: { is_active: isActive } });
  }
  for (const name of ["user.disabled", "user.enabled"] as const) {
    const events = await auditEvents(service.resources, name, { actorId: admin.user.id });
    assert.deepEqual(
      events.map((event) => event.subjectId),
      [other.id],
    );
  }
});

test("what is refused is not told as read", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  const other = await makeUser(service.resources);
  assert.equal((await client.get(`${USERS}/${other.id}`)).statusCode, 403);
  assert.deepEqual(await auditEvents(service.resources, "user.read", { actorId: user.id }), []);
});
