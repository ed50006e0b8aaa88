/** Accounts of the provider's subjects. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { UserRepository } from "../../src/users/repository.ts";
import { ROLE_NAMES } from "../support/auth.ts";
import { newDatabase } from "../support/database.ts";
import { makeUser } from "../support/factories.ts";
import { fieldsOf, problemOf } from "../support/problems.ts";
import { seconds, startProvider } from "../support/provider.ts";
import { auditEvents, recordedStatements } from "../support/queries.ts";
import { startService } from "../support/service.ts";
import type { Fields } from "../support/signing.ts";
import { startTrusting, trust, USERS_URL } from "../support/trusting.ts";
import { me } from "../support/whoami.ts";

const ADMIN = { roles: [ROLE_NAMES.admin] };

test("the first valid token begins an account", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service } = trusting;
  const claims = { name: "Ada", email: "Ada@Example.com", email_verified: true, ...ADMIN };
  const ada = await me(trusting, provider.token("a", claims));
  assert.deepEqual([ada.full_name, ada.email, ada.role], ["Ada", "ada@example.com", "admin"]);
  assert.deepEqual([ada.is_active, ada.email_verified], [true, true]);
  assert.equal((await me(trusting, provider.token("a", ADMIN))).id, ada.id);
  const events = await auditEvents(service.resources, "user.created", { subjectId: ada.id });
  assert.deepEqual(
    events.map(({ details }) => ({ ...details })),
    [{ role: "admin" }],
  );
});

test("an invalid token begins nothing", async (t) => {
  const { provider, call } = await startTrusting(t);
  problemOf(await call(provider.token("a", { aud: "other" })), 401);
  const page = (await call(provider.token("boss", ADMIN), USERS_URL)).json();
  assert.equal(page.items.length, 1);
});

test("twenty first tokens at once begin one account", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const tokens = Array.from({ length: 20 }, () => provider.token("a", { email: "a@example.com" }));
  const found = await Promise.all(tokens.map((token) => me(trusting, token)));
  assert.equal(new Set(found.map(({ id }) => id)).size, 1);
  const page = (await call(provider.token("boss", ADMIN), USERS_URL)).json();
  assert.equal(page.items.length, 2);
});

test("a subject belongs to its issuer", async (t) => {
  const database = await newDatabase();
  const found = new Set<string>();
  for (const provider of [await startProvider(t), await startProvider(t)]) {
    const service = await startService(t, { OIDC_ISSUER: provider.issuer }, { database });
    found.add((await me(trust(provider, service), provider.token("a"))).id);
  }
  t.after(() => database.drop());
  assert.equal(found.size, 2);
});

test("subjects that differ in case are two", async (t) => {
  const trusting = await startTrusting(t);
  const lower = await me(trusting, trusting.provider.token("abc"));
  const upper = await me(trusting, trusting.provider.token("ABC"));
  assert.notEqual(lower.id, upper.id);
});

test("an address never gives access to another account", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service } = trusting;
  const victim = await makeUser(service.resources, { role: "admin", email: "victim@example.com" });
  for (const [subject, verified] of [
    ["thief", true],
    ["other", false],
    ["third", undefined],
  ] as const) {
    const claims = { email: "Victim@Example.com", email_verified: verified };
    const found = await me(trusting, provider.token(subject, claims));
    assert.notEqual(found.id, victim.id);
    assert.equal(found.email, `${found.id}@users.invalid`);
    assert.deepEqual([found.role, found.email_verified], ["user", false]);
  }
});

test("an address is verified only if the provider says so", async (t) => {
  const trusting = await startTrusting(t);
  for (const [index, verified] of [
    ...[undefined, null, false, "false", 1, "yes", "TRUE", ["true"]].entries(),
  ]) {
    const email = `s${index}@example.com`;
    const token = trusting.provider.token(`s${index}`, { email, email_verified: verified });
    const found = await me(trusting, token);
    assert.deepEqual([found.email, found.email_verified], [email, false]);
  }
});

test("Cognito writes that an address is verified in words", async (t) => {
  const trusting = await startTrusting(t);
  const claims = { email: "a@example.com", email_verified: "true" };
  assert.equal((await me(trusting, trusting.provider.token("a", claims))).email_verified, true);
});

test("claims that cannot be shown or stored are left out", async (t) => {
  const trusting = await startTrusting(t);
  const { provider } = trusting;
  const strange: readonly Fields[] = [
    {},
    { name: "", email: "" },
    { name: "Ada\0", email: "a\0@example.com" },
    { name: "Ada\nAdmin", email: "nobody" },
    { name: "Ada \u202enimda", email: "a@b@" },
    { name: ["Ada"], email: ["a@example.com"] },
    { name: { first: "Ada" }, email: `${"a".repeat(300)}@example.com`, email_verified: true },
    // The sign of Kelvin, which would become a letter of somebody else's address.
    { email: "\u212aate@example.com", email_verified: true },
  ];
  for (const [index, claims] of strange.entries()) {
    const found = await me(trusting, provider.token(`s${index}`, claims));
    assert.equal(found.full_name, "Unnamed", JSON.stringify(claims));
    assert.equal(found.email, `${found.id}@users.invalid`);
    assert.equal(found.email_verified, false);
  }
  const long = await me(trusting, provider.token("long", { name: "\u{1f600}".repeat(300) }));
  assert.equal(long.full_name, "\u{1f600}".repeat(200));
  const other = await me(trusting, provider.token("other", { preferred_username: "ada" }));
  assert.equal(other.full_name, "ada");
});

test("the own name stays what the account made it", async (t) => {
  const trusting = await startTrusting(t);
  const token = trusting.provider.token("a", { name: "Ada" });
  const json = { full_name: "Countess" };
  assert.equal((await trusting.call(token, undefined, "PATCH", { json })).statusCode, 200);
  const again = await me(trusting, trusting.provider.token("a", { name: "Ada" }));
  assert.equal(again.full_name, "Countess");
});

test("accounts and their roles show in lists at once", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const boss = provider.token("boss", ADMIN);
  const roles = async (): Promise<string[]> =>
    (await call(boss, USERS_URL)).json().items.map(({ role }: { role: string }) => role);
  assert.deepEqual(await roles(), ["admin"]);
  await me(trusting, provider.token("a"));
  assert.deepEqual(await roles(), ["user", "admin"]);
  await me(trusting, provider.token("a", ADMIN));
  assert.deepEqual(await roles(), ["admin", "admin"]);
});

test("a role in the database gives nothing", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, service, call } = trusting;
  const token = provider.token("a");
  const older = provider.token("a", { iat: seconds(-30) });
  const { id } = await me(trusting, token);
  await service.resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(id, { role: "admin" }),
  );
  for (const held of [older, token]) {
    problemOf(await call(held, USERS_URL), 403);
  }
});

test("nobody sets a role here", async (t) => {
  const trusting = await startTrusting(t);
  const { provider, call } = trusting;
  const admin = provider.token("boss", ADMIN);
  const other = await me(trusting, provider.token("a"));
  const url = `${USERS_URL}/${other.id}`;
  assert.deepEqual(fieldsOf(await call(admin, url, "PATCH", { json: { role: "admin" } })), [
    "role",
  ]);
  assert.deepEqual((await call(admin, url)).json(), other);
});

test("who is calling costs one statement", async (t) => {
  const trusting = await startTrusting(t);
  const { provider } = trusting;
  const older = provider.token("a");
  const newest = provider.token("a", { iat: seconds(1) });
  await me(trusting, older);
  await me(trusting, newest);
  for (const token of [older, newest]) {
    const statements = await recordedStatements(() => me(trusting, token));
    assert.equal(statements.length, 1, statements.join());
  }
});

test("a refused token costs no statement", async (t) => {
  const { provider, call } = await startTrusting(t);
  const token = provider.token("a", { aud: "other" });
  // The first refusal of a minute is recorded.
  problemOf(await call(token), 401);
  assert.deepEqual(await recordedStatements(() => call(token)), []);
});
