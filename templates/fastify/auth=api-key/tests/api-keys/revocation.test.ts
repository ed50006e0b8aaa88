/** How keys end: for whom, by whom, and concurrently. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_PERMISSIONS } from "../../src/auth/permissions.ts";
import { Principal } from "../../src/auth/principal.ts";
import { hasEnded } from "../../src/auth/revocation.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import { makeKey } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";

const KEYS = "/api/v1/api-keys";
const USERS = "/api/v1/users";

test("a narrowed key no longer counts as what it was", async (t) => {
  const service = await startService(t);
  const { user } = await signUp(service);
  const { token } = await makeKey(service.resources, user, ["account:write"]);
  const principal = new Principal({ user, sessionId: token.id, scopes: token.scopes });
  const wider = new Principal({ ...principal, scopes: new Set(ALL_PERMISSIONS) });
  await service.resources.database.transaction(async (transaction) => {
    assert.equal(await hasEnded(transaction, principal), false);
    assert.equal(await hasEnded(transaction, wider), true);
  });
});

test("the end of a deleted account's keys names who deleted it", async (t) => {
  const service = await startService(t);
  const admin = await signUp(service, "admin");
  const { user } = await signUp(service);
  assert.equal((await admin.client.delete(`${USERS}/${user.id}`)).statusCode, 204);
  const events = await auditEvents(service.resources, "api_key.revoked", { subjectId: user.id });
  assert.deepEqual(
    events.map(({ actorId }) => actorId),
    [admin.user.id],
  );
});

test("two admins who revoke each other's keys do not wait for each other", async (t) => {
  const service = await startService(t);
  const { resources } = service;
  const one = await signUp(service, "admin");
  const two = await signUp(service, "admin");
  const ofOne = await makeKey(resources, one.user, ["users:read"]);
  const ofTwo = await makeKey(resources, two.user, ["users:read"]);
  const { attempts } = await resources.database.transaction(async (transaction) => {
    await new UserRepository(transaction).lockAll([one.user.id, two.user.id]);
    const waiting = [
      one.client.delete(`${KEYS}/${ofTwo.token.id}`),
      two.client.delete(`${KEYS}/${ofOne.token.id}`),
    ];
    // Until they are at the database, where they have to wait.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { attempts: Promise.all(waiting) };
  });
  assert.deepEqual(
    (await attempts).map(({ statusCode }) => statusCode),
    [204, 204],
  );
});
