/** Changing roles as an administrator. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findUser, makeUser } from "../support/factories.ts";
import { fieldsOf, problemOf } from "../support/problems.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const USERS = "/api/v1/users";

test("an admin changes a role", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const other = await makeUser(service.resources, { role: "moderator" });
  for (const role of ["moderator", "admin", "user"]) {
    const answer = await client.patch(`${USERS}/${other.id}`, { json: { role } });
    assert.equal(answer.json().role, role);
    assert.equal((await findUser(service.resources, other))?.role, role);
  }
  const about = { subjectId: other.id };
  const events = await auditEvents(service.resources, "user.role.changed", about);
  assert.deepEqual(
    events.map((event) => event.details),
    [
      { before: "moderator", after: "admin" },
      { before: "admin", after: "user" },
    ],
  );
});

test("a changed role shows in lists at once", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  await client.get(USERS);
  await client.patch(`${USERS}/${other.id}`, { json: { role: "moderator" } });
  assert.equal((await client.get(USERS)).json().items[0].role, "moderator");
});

test("only a role of the service can be given", async (t) => {
  const service = await startService(t);
  const { client } = await signUp(service, "admin");
  const other = await makeUser(service.resources);
  for (const role of ["root", null, ["admin"], 1]) {
    const answer = await client.patch(`${USERS}/${other.id}`, { json: { role, is_active: false } });
    assert.deepEqual(fieldsOf(answer), ["role"]);
  }
  assert.deepEqual(await findUser(service.resources, other), other);
});

test("the last active admin keeps the role", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "admin");
  // One that is disabled cannot stand in.
  await makeUser(service.resources, { role: "admin", isActive: false });
  const path = `${USERS}/${user.id}`;
  for (const json of [
    { role: "user" },
    { role: "moderator" },
    { role: "admin", is_active: false },
  ]) {
    problemOf(await client.patch(path, { json }), 409);
  }
  assert.deepEqual(await findUser(service.resources, user), user);
  const json = { role: "admin", is_active: true };
  assert.equal((await client.patch(path, { json })).statusCode, 200);
});

test("an admin with a successor may step down", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "admin");
  await makeUser(service.resources, { role: "admin" });
  const json = { role: "user" };
  assert.equal((await client.patch(`${USERS}/${user.id}`, { json })).statusCode, 200);
  problemOf(await client.get(USERS), 403);
});

test("two admins demoting each other over HTTP leave one", async (t) => {
  const service = await startService(t);
  const one = await signUp(service, "admin");
  const two = await signUp(service, "admin");
  for (let round = 0; round < 3; round++) {
    const json = { role: "user" };
    const answers = await Promise.all([
      one.client.patch(`${USERS}/${two.user.id}`, { json }),
      two.client.patch(`${USERS}/${one.user.id}`, { json }),
    ]);
    const [kept, refused] = answers.map((answer) => answer.statusCode).toSorted();
    assert.equal(kept, 200);
    assert.ok(refused === 403 || refused === 409, String(refused));
    const found = await Promise.all(
      [one, two].map(({ user }) => findUser(service.resources, user)),
    );
    assert.equal(found.filter((user) => user?.role === "admin").length, 1);
    const [winner, loser] = answers[0]?.statusCode === 200 ? [one, two] : [two, one];
    await winner.client.patch(`${USERS}/${loser.user.id}`, { json: { role: "admin" } });
  }
});
