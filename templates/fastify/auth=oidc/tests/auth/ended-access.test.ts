/** Accounts that were disabled or deleted, and the tokens that their owners still have. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { IdentityRepository } from "../../src/auth/identities.ts";
import { revokeAccess } from "../../src/auth/revocation.ts";
import type { Transaction } from "../../src/database/session.ts";
import { ROLE_NAMES } from "../support/auth.ts";
import { problemOf } from "../support/problems.ts";
import { seconds } from "../support/provider.ts";
import { auditEvents } from "../support/queries.ts";
import { travel } from "../support/time.ts";
import { ME_URL, startTrusting, USERS_URL } from "../support/trusting.ts";
import { statusesBehind } from "../support/waiting.ts";
import { me } from "../support/whoami.ts";

const ADMIN = { roles: [ROLE_NAMES.admin] };
// Beyond what clocks may differ by, and before the tokens expire.
const LATER = 60_000;
const RENAMED = { json: { full_name: "New" } };
const DISABLED = { json: { is_active: false } };

test("a disabled account is refused despite a valid token", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const admin = provider.token("boss", ADMIN);
  const old = provider.token("a");
  const url = `${USERS_URL}/${(await me(trusting, old)).id}`;
  assert.equal((await call(admin, url, "PATCH", DISABLED)).statusCode, 200);
  problemOf(await call(old), 401);
  travel(t, LATER);
  problemOf(await call(provider.token("a", ADMIN)), 401);
});

test("a newer token that waits while access is ended is refused", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service, call } = trusting;
  const { id } = await me(trusting, provider.token("a", { iat: seconds(-50) }));
  const newer = provider.token("a", { iat: seconds(-40), ...ADMIN });
  const calls = [() => call(newer), () => call(newer, ME_URL, "PATCH", RENAMED)];
  const end = (transaction: Transaction) => revokeAccess(transaction, id);
  assert.deepEqual(await statusesBehind(t, service, id, calls, end), [401, 401]);
  const events = await auditEvents(service.resources, "user.role.changed", { subjectId: id });
  assert.deepEqual(events, []);
});

test("a token without a role takes back no end of access that it waited for", async (t) => {
  const trusting = await startTrusting(t, { OIDC_ROLE_MAPPING: "user=api-users" });
  const { provider, service, call } = trusting;
  const stolen = provider.token("a", { iat: seconds(-100), roles: ["api-users"] });
  const { id } = await me(trusting, stolen);
  const calls = [() => call(provider.token("a", { iat: seconds(-140) }))];
  const end = (transaction: Transaction) => revokeAccess(transaction, id);
  await statusesBehind(t, service, id, calls, end);
  problemOf(await call(stolen), 401);
});

test("a subject that is barred while its request waits begins no account", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const admin = provider.token("boss", ADMIN);
  const url = `${USERS_URL}/${(await me(trusting, provider.token("a"))).id}`;
  assert.equal((await call(admin, url, "DELETE")).statusCode, 204);
  travel(t, LATER);
  const { find } = IdentityRepository.prototype;
  const unknown = async () => undefined;
  // As it was when the request came.
  t.mock.method(IdentityRepository.prototype, "find", find).mock.mockImplementationOnce(unknown);
  problemOf(await call(provider.token("a")), 401);
  assert.equal((await call(admin, USERS_URL)).json().items.length, 1);
});

test("tokens from before a deletion do not create the account again", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const token = provider.token("a");
  const before = await me(trusting, token);
  assert.equal((await call(token, ME_URL, "DELETE")).statusCode, 204);
  problemOf(await call(token), 401);
  problemOf(await call(provider.token("a")), 401);
  travel(t, LATER);
  const after = await me(trusting, provider.token("a"));
  assert.notEqual(after.id, before.id);
  problemOf(await call(token), 401);
});

test("an account deleted by an admin is not created again", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const admin = provider.token("boss", ADMIN);
  for (const [subject, isDisabled] of [
    ["a", false],
    ["b", true],
  ] as const) {
    const token = provider.token(subject);
    const url = `${USERS_URL}/${(await me(trusting, token)).id}`;
    if (isDisabled) {
      assert.equal((await call(admin, url, "PATCH", DISABLED)).statusCode, 200);
    }
    assert.equal((await call(admin, url, "DELETE")).statusCode, 204);
    problemOf(await call(token), 401);
  }
  travel(t, LATER);
  for (const subject of ["a", "b"]) {
    problemOf(await call(provider.token(subject, ADMIN)), 401);
  }
  assert.equal((await call(admin, USERS_URL)).json().items.length, 1);
});

test("the ended account of a subject is begun anew once", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  await me(trusting, provider.token("a"));
  assert.equal((await call(provider.token("a"), ME_URL, "DELETE")).statusCode, 204);
  travel(t, LATER);
  const tokens = Array.from({ length: 10 }, () => provider.token("a"));
  const found = await Promise.all(tokens.map((token) => me(trusting, token)));
  assert.equal(new Set(found.map(({ id }) => id)).size, 1);
});
