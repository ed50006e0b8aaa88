/** Confirming an address with the code that was mailed to it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { provePassword } from "../../src/auth/accounts.ts";
import {
  AUTH,
  change,
  EMAIL,
  forgot,
  register,
  reset,
  signsIn,
  stored,
  verifyEmail,
} from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { giveUsualPassword, OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import { auditEvents } from "../support/queries.ts";
import { signUp } from "../support/sign-up.ts";
import { storedDigests } from "../support/stored-tokens.ts";
import { travel } from "../support/time.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test("the mailed code confirms the address once", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await register(client);
  const code = await mailbox.code(EMAIL);
  assert.equal(await verifyEmail(client, code), 204);
  const user = await stored(resources);
  assert.ok(user.emailVerified);
  assert.ok((await audited(resources, user.id)).includes("user.email.verified"));
  assert.equal(await verifyEmail(client, code), 422);
});

test("where verification is required unverified accounts cannot sign in", async (t) => {
  const { client, mailbox } = await mailingService(t, { REQUIRE_EMAIL_VERIFICATION: "true" });
  await register(client);
  assert.ok(!(await signsIn(client, EMAIL)));
  assert.equal(await verifyEmail(client, await mailbox.code(EMAIL)), 204);
  assert.ok(await signsIn(client, EMAIL));
});

test("a confirmation code lives a day", async (t) => {
  const { client, mailbox } = await mailingService(t);
  await register(client);
  await register(client, "bob@example.com");
  const early = await mailbox.code(EMAIL);
  const late = await mailbox.code("bob@example.com");
  travel(t, DAY - MINUTE);
  assert.equal(await verifyEmail(client, early), 204);
  travel(t, MINUTE + 1_000);
  assert.equal(await verifyEmail(client, late), 422);
});

test("a code is stored as a keyed hash", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await register(client);
  const code = await mailbox.code(EMAIL);
  const { id } = await stored(resources);
  assert.deepEqual(await storedDigests(resources, id), [
    resources.keys.mac("one-time-token", code),
  ]);
});

test("a code serves the purpose that it was made for", async (t) => {
  const { client, mailbox } = await mailingService(t);
  await register(client);
  const confirmation = await mailbox.code(EMAIL);
  await forgot(client, EMAIL);
  const forgotten = await mailbox.code(EMAIL);
  assert.notEqual(confirmation, forgotten);
  assert.equal(await verifyEmail(client, forgotten), 422);
  assert.equal((await reset(client, confirmation)).statusCode, 422);
  assert.ok(await signsIn(client, EMAIL));
});

test("an unknown code is refused", async (t) => {
  const { client } = await mailingService(t);
  for (const token of ["", "unknown", "x".repeat(43), "x".repeat(129)]) {
    assert.equal(await verifyEmail(client, token), 422);
    assert.equal((await reset(client, token)).statusCode, 422);
  }
});

for (const [path, more] of [
  ["verify-email", {}],
  ["reset-password", { new_password: OTHER_PASSWORD }],
] as const) {
  test(`a refused code leaves an event: ${path}`, async (t) => {
    const { client, resources } = await mailingService(t);
    const body = { token: "x".repeat(43), ...more };
    const answer = await client.post(`${AUTH}/${path}`, { json: body });
    assert.equal(answer.statusCode, 422);
    const events = await auditEvents(resources, "auth.credential.refused");
    const ids = events.map(({ requestId }) => requestId);
    assert.ok(ids.includes(String(answer.headers["x-request-id"])));
  });
}

test("changing the password leaves the confirmation code alive", async (t) => {
  const service = await mailingService(t);
  const { client, resources, mailbox } = service;
  await register(client);
  const caller = await signUp(service, "user", { user: await stored(resources) });
  assert.equal((await change(caller.client)).statusCode, 204);
  assert.equal(await verifyEmail(client, await mailbox.code(EMAIL)), 204);
});

test("only where it is for real must an address be confirmed", async (t) => {
  const { client, resources } = await mailingService(t);
  const account = await makeUser(resources, { emailVerified: false });
  await giveUsualPassword(resources, account);
  for (const [environment, requireEmailVerification, required] of [
    ["development", undefined, false],
    ["test", undefined, false],
    ["staging", undefined, true],
    ["production", undefined, true],
    ["production", false, false],
    ["development", true, true],
  ] as const) {
    const changed = { ...resources.settings, environment, requireEmailVerification };
    const proving = provePassword({ ...resources, settings: changed }, account.email, PASSWORD);
    if (required) {
      await assert.rejects(proving, /wrong/);
    } else {
      assert.equal((await proving).user.id, account.id);
    }
  }
  assert.ok(await signsIn(client, account.email));
});
