/** Roles over time: the newest token has the last word. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { authenticate } from "../../src/auth/authenticator.ts";
import { recheck } from "../../src/auth/recheck.ts";
import { Forbidden } from "../../src/errors.ts";
import { ROLE_NAMES } from "../support/auth.ts";
import { problemOf } from "../support/problems.ts";
import { type Provider, seconds } from "../support/provider.ts";
import { auditEvents } from "../support/queries.ts";
import type { Fields } from "../support/signing.ts";
import { ME_URL, startTrusting, USERS_URL } from "../support/trusting.ts";
import { statusesBehind } from "../support/waiting.ts";
import { me } from "../support/whoami.ts";

const ADMIN = { roles: [ROLE_NAMES.admin] };

/** Signs a token for subject `a` that was issued so many seconds ago. */
const aged = (provider: Provider, age: number, claims: Fields = {}): string =>
  provider.token("a", { iat: seconds(-age), ...claims });

test("the role is that of each token", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service, call } = trusting;
  const iat = seconds();
  const user = provider.token("a", { iat });
  const admin = provider.token("a", { iat, ...ADMIN });
  const { id } = await me(trusting, user);
  problemOf(await call(user, USERS_URL), 403);
  assert.equal((await call(admin, USERS_URL)).statusCode, 200);
  const listed = (await call(admin, USERS_URL)).json().items;
  assert.deepEqual(
    listed.map(({ role }: { role: string }) => role),
    ["admin"],
  );
  problemOf(await call(user, USERS_URL), 403);
  const about = { subjectId: id };
  const events = await auditEvents(service.resources, "user.role.changed", about);
  assert.deepEqual(
    events.map(({ details }) => ({ ...details })),
    [
      { before: "user", after: "admin", by: "provider" },
      { before: "admin", after: "user", by: "provider" },
    ],
  );
});

test("an older token cannot restore a removed role", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const oldest = aged(provider, 50, ADMIN);
  const admin = aged(provider, 40, ADMIN);
  const middle = aged(provider, 35, ADMIN);
  const user = aged(provider, 30);
  assert.equal((await me(trusting, admin)).role, "admin");
  assert.equal((await me(trusting, user)).role, "user");
  for (const token of [oldest, admin, middle]) {
    assert.equal((await me(trusting, token)).role, "user");
    problemOf(await call(token, USERS_URL), 403);
  }
  assert.equal((await call(aged(provider, 20, ADMIN), USERS_URL)).statusCode, 200);
  problemOf(await call(user, USERS_URL), 403);
  assert.equal((await call(admin, USERS_URL)).statusCode, 200);
});

test("an older token does not gain the role of a newer one while it waits for a lock", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service } = trusting;
  const { resources } = service;
  const user = aged(provider, 50);
  await me(trusting, user);
  await me(trusting, aged(provider, 40, ADMIN));
  const principal = await authenticate(user, resources);
  assert.ok(principal);
  await resources.database.transaction(async (transaction) => {
    await recheck(transaction, principal, "account:write");
    await assert.rejects(recheck(transaction, principal, "users:write"), Forbidden);
  });
});

test("a newer token with the same role is remembered too", async (t) => {
  const trusting = await startTrusting(t);
  const { provider } = trusting;
  assert.equal((await me(trusting, aged(provider, 50))).role, "user");
  assert.equal((await me(trusting, aged(provider, 30))).role, "user");
  assert.equal((await me(trusting, aged(provider, 40, ADMIN))).role, "user");
});

test("of tokens that come at once the newest gives the role", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  await me(trusting, aged(provider, 60, ADMIN));
  const tokens = Array.from({ length: 21 }, (_, index) =>
    aged(provider, 50 - index, index % 2 === 1 ? ADMIN : {}),
  );
  await Promise.all([...tokens.toReversed(), ...tokens].map((token) => call(token)));
  assert.equal((await me(trusting, tokens[19] ?? "")).role, "user");
});

test("an older token that has waited behind a newer one changes nothing", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service, call } = trusting;
  const { id } = await me(trusting, aged(provider, 60, ADMIN));
  const newer = aged(provider, 30);
  const older = aged(provider, 40, ADMIN);
  const calls = [newer, older].map((token) => () => call(token));
  assert.deepEqual(await statusesBehind(t, service, id, calls), [200, 200]);
  assert.equal((await me(trusting, older)).role, "user");
});

test("a token that gives no role ends those before it", async (t) => {
  const trusting = await startTrusting(t, { OIDC_ROLE_MAPPING: "admin=api-admins,user=api-users" });
  const { provider, call } = trusting;
  const admin = aged(provider, 40, ADMIN);
  assert.equal((await me(trusting, admin)).role, "admin");
  for (const _ of [1, 2]) {
    problemOf(await call(aged(provider, 30)), 403);
    problemOf(await call(admin), 401);
  }
  const again = await me(trusting, aged(provider, 29, { roles: ["api-users"] }));
  assert.equal(again.role, "user");
});

test("whose newest token gives no role is no admin any more", async (t) => {
  const trusting = await startTrusting(t, { OIDC_ROLE_MAPPING: "admin=api-admins,user=api-users" });
  const { provider, service, call } = trusting;
  const boss = provider.token("boss", ADMIN);
  await me(trusting, boss);
  const { id } = await me(trusting, aged(provider, 40, ADMIN));
  problemOf(await call(aged(provider, 30)), 403);
  const events = await auditEvents(service.resources, "user.role.changed", { subjectId: id });
  assert.deepEqual(
    events.map(({ details }) => ({ ...details })),
    [{ before: "admin", after: "user", by: "provider" }],
  );
  // Nobody else could administrate this service.
  problemOf(await call(boss, ME_URL, "DELETE"), 409);
});

test("a refusal leaves its own event beside that of a change that the token makes", async (t) => {
  const trusting = await startTrusting(t, { OIDC_ROLE_MAPPING: "admin=api-admins,user=api-users" });
  const { provider, service, call } = trusting;
  const stale = aged(provider, 40, { auth_time: seconds(-3_600), ...ADMIN });
  problemOf(await call(stale, ME_URL, "DELETE"), 401);
  assert.equal((await auditEvents(service.resources, "user.created")).length, 1);
  assert.equal((await auditEvents(service.resources, "auth.credential.refused")).length, 1);
  problemOf(await call(aged(provider, 30)), 403);
  assert.equal((await auditEvents(service.resources, "user.role.changed")).length, 1);
  assert.equal((await auditEvents(service.resources, "access.denied")).length, 1);
});
