/** An address registered twice: verifying it never activates the other's password. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sendRegistration } from "../../src/auth/account-mails.ts";
import { JOBS } from "../../src/jobs/registry.ts";
import {
  EMAIL,
  forgot,
  ME_URL,
  register,
  reset,
  shapeOf,
  signsIn,
  stored,
  verifyEmail,
} from "../support/accounts.ts";
import type { Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { givePassword, OTHER_PASSWORD, PASSWORD, storedHash } from "../support/passwords.ts";
import { signUp } from "../support/sign-up.ts";

const STRANGER = "what the stranger has chosen";
const OWNER = "what the owner has chosen";
const OTHER = "WHAT THE STRANGER HAS CHOSEN";
const CHOSEN = "what the mail has led to";

const assertNobodySignsIn = async (client: Client, ...passwords: string[]): Promise<void> => {
  for (const password of passwords) {
    assert.ok(!(await signsIn(client, EMAIL, password)), password);
  }
};

for (const order of [
  [STRANGER, OWNER, OTHER],
  [STRANGER, OTHER, OWNER],
  [OWNER, STRANGER, OTHER],
]) {
  test(`no password of repeated registrations is kept: ${order[1]} second`, async (t) => {
    const { client, resources, mailbox } = await mailingService(t);
    const codes: string[] = [];
    for (const password of order) {
      await register(client, EMAIL, { password });
      codes.push(await mailbox.code(EMAIL));
      await register(client, EMAIL, { password });
    }
    await assertNobodySignsIn(client, ...order);
    for (const code of codes) {
      await verifyEmail(client, code);
      await assertNobodySignsIn(client, ...order);
    }
    assert.ok(!(await stored(resources)).emailVerified);
  });
}

test("no password of repeated registrations is kept", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await register(client, EMAIL, { password: STRANGER });
  const code = await mailbox.code(EMAIL);
  await register(client, EMAIL, { password: OWNER });
  assert.equal(await verifyEmail(client, code), 422);
  assert.equal(await verifyEmail(client, await mailbox.code(EMAIL)), 422);
  await assertNobodySignsIn(client, STRANGER, OWNER);
  assert.ok(!(await stored(resources)).emailVerified);
});

test("the mail leads to a password and confirms the address", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await register(client, EMAIL, { password: STRANGER });
  const first = await mailbox.code(EMAIL);
  await register(client, EMAIL, { password: OWNER });
  const second = await mailbox.code(EMAIL);
  assert.equal(await verifyEmail(client, first), 422);
  assert.equal(await verifyEmail(client, second), 422);
  assert.equal((await reset(client, first, CHOSEN)).statusCode, 422);
  assert.equal((await reset(client, second, CHOSEN)).statusCode, 204);
  assert.ok((await stored(resources)).emailVerified);
  assert.ok(await signsIn(client, EMAIL, CHOSEN));
  await assertNobodySignsIn(client, STRANGER, OWNER);
  assert.equal((await reset(client, second, STRANGER)).statusCode, 422);
  await register(client, EMAIL, { password: STRANGER });
  assert.ok(await signsIn(client, EMAIL, CHOSEN));
});

test("a stranger who has signed in is signed out", async (t) => {
  const service = await mailingService(t);
  const { client, resources } = service;
  await register(client, EMAIL, { password: STRANGER });
  const stranger = await signUp(service, "user", { user: await stored(resources) });
  assert.equal((await stranger.client.get(ME_URL)).statusCode, 200);
  await register(client, EMAIL, { password: OWNER });
  assert.equal((await stranger.client.get(ME_URL)).statusCode, 401);
  await assertNobodySignsIn(client, STRANGER, OWNER, PASSWORD);
});

for (let attempt = 0; attempt < 4; attempt++) {
  test(`of a confirmation and a second registration at once one comes first: ${attempt}`, async (t) => {
    const { client, resources, mailbox } = await mailingService(t);
    await register(client);
    const code = await mailbox.code(EMAIL);
    const confirm = () => verifyEmail(client, code);
    const again = async () => {
      await register(client, EMAIL, { password: STRANGER });
      return 0;
    };
    const tasks = attempt % 2 ? [confirm, again] : [again, confirm];
    const confirmed = (await Promise.all(tasks.map((task) => task()))).includes(204);
    assert.equal((await stored(resources)).emailVerified, confirmed);
    assert.equal(await signsIn(client, EMAIL), confirmed);
    await assertNobodySignsIn(client, STRANGER);
  });
}

test("mails that are late lead to a password too", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  t.mock.method(JOBS, "sendRegistration", async () => {});
  await register(client, EMAIL, { password: STRANGER });
  await register(client, EMAIL, { password: OWNER });
  await sendRegistration(resources, EMAIL);
  await sendRegistration(resources, EMAIL);
  const [earlier = "", latest = ""] = await mailbox.codes(EMAIL);
  for (const code of [earlier, latest]) {
    assert.equal(await verifyEmail(client, code), 422);
  }
  assert.equal((await reset(client, earlier, CHOSEN)).statusCode, 422);
  assert.equal((await reset(client, latest, CHOSEN)).statusCode, 204);
  await assertNobodySignsIn(client, STRANGER, OWNER);
});

test("repeated registrations do not prevent setting a password", async (t) => {
  const { client, mailbox } = await mailingService(t);
  for (let number = 0; number < 12; number++) {
    await register(client, EMAIL, { password: STRANGER });
  }
  const code = await mailbox.code(EMAIL);
  await register(client, EMAIL, { password: STRANGER });
  assert.equal((await reset(client, code, CHOSEN)).statusCode, 204);
  assert.ok(await signsIn(client, EMAIL, CHOSEN));
});

test("who has registered twice may ask for a code as well", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await register(client);
  await register(client);
  await forgot(client, EMAIL);
  const code = await mailbox.code(EMAIL);
  assert.equal((await reset(client, code, OTHER_PASSWORD)).statusCode, 204);
  assert.ok((await stored(resources)).emailVerified);
});

for (const isActive of [true, false]) {
  test(`no other account loses its password: ${isActive ? "confirmed" : "disabled"}`, async (t) => {
    const { client, resources } = await mailingService(t);
    const given = { email: EMAIL, isActive, emailVerified: isActive };
    const account = await makeUser(resources, given);
    await givePassword(resources, account);
    const hash = await storedHash(resources, account);
    const reference = await register(client, "new@example.com");
    const answer = await register(client, EMAIL, { password: STRANGER });
    assert.deepEqual(shapeOf(answer), shapeOf(reference));
    assert.deepEqual(await stored(resources), account);
    assert.equal(await storedHash(resources, account), hash);
    assert.equal(await signsIn(client, EMAIL), isActive);
    await assertNobodySignsIn(client, STRANGER);
  });
}
