/** Roles over time: the newest token has the last word. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { UserRepository } from "../../src/users/repository.ts";
import { ROLE_NAMES } from "../support/auth.ts";
import { problemOf } from "../support/problems.ts";
import { type Provider, seconds } from "../support/provider.ts";
import { auditEvents } from "../support/queries.ts";
import type { Fields } from "../support/signing.ts";
import { startTrusting, USERS_URL } from "../support/trusting.ts";
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
  assert.equal((await me(trusting, aged(provider, 20, ADMIN))).role, "admin");
  assert.equal((await me(trusting, user)).role, "user");
  assert.equal((await me(trusting, admin)).role, "admin");
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
  const { database } = service.resources;
  const { id } = await me(trusting, aged(provider, 60, ADMIN));
  const newer = aged(provider, 30);
  const older = aged(provider, 40, ADMIN);
  const { calls } = await database.transaction(async (transaction) => {
    await new UserRepository(transaction).lock(id);
    const begun = t.mock.method(database, "transaction");
    const waiting = [];
    for (const token of [newer, older]) {
      waiting.push(call(token));
      while (begun.mock.callCount() < waiting.length) {
        await setTimeout(5);
      }
      // Until it is at the database, where it has to wait.
      await setTimeout(100);
    }
    return { calls: waiting };
  });
  await Promise.all(calls);
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
