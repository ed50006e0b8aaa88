/** Accounts that administrators make. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { signUpNarrowed } from "../support/narrowed.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { makeKey } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";
const BODY = { email: "Ann@Example.com", full_name: "Ann" };

test("an admin makes an account, which has no access before it has a key", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const answer = await admin.client.post(USERS, { json: { ...BODY, role: "moderator" } });
  assert.equal(answer.statusCode, 201, answer.body);
  const user = answer.json();
  assert.equal(answer.headers["location"], `${USERS}/${user.id}`);
  assert.deepEqual([user.email, user.role, user.is_active], ["ann@example.com", "moderator", true]);
  const [event] = await auditEvents(service.resources, "user.created", { subjectId: user.id });
  assert.deepEqual([event?.actorId, { ...event?.details }], [admin.user.id, { role: "moderator" }]);
  const again = await admin.client.post(USERS, { json: BODY });
  assert.equal(again.statusCode, 409);
});

test("nobody else makes accounts", async (t) => {
  const service = await startService(t);
  assert.equal((await service.client.post(USERS, { json: BODY })).statusCode, 401);
  for (const role of ["user", "moderator"] as const) {
    const { client } = await signUp(service, role);
    assert.equal((await client.post(USERS, { json: BODY })).statusCode, 403);
  }
  const narrow = await signUpNarrowed(service, "admin", ["users:read"]);
  const refused = await narrow.client.post(USERS, { json: BODY });
  assert.equal(refused.statusCode, 403);
  assert.match(String(refused.headers["www-authenticate"]), /error="insufficient_scope"/);
});

test("an account with a wrong field is not made", async (t) => {
  const { client } = await signUp(await startService(t), "admin");
  for (const fields of [{ email: "x" }, { full_name: "" }, { role: "root" }, { is_active: true }]) {
    const answer = await client.post(USERS, { json: { ...BODY, ...fields } });
    assert.equal(answer.statusCode, 422);
    const { errors } = answer.json<{ errors: { field: string }[] }>();
    assert.deepEqual(
      errors.map(({ field }) => field),
      Object.keys(fields),
    );
  }
});

test("the keys of a deleted account end", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const { user, client } = await signUp(service);
  await makeKey(service.resources, user);
  assert.equal((await admin.client.delete(`${USERS}/${user.id}`)).statusCode, 204);
  assert.equal((await client.get(`${USERS}/me`)).statusCode, 401);
});
