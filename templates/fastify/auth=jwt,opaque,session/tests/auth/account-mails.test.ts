/** Mails about accounts: their content, and when none is sent. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  sendAccountDeleted,
  sendPasswordChanged,
  sendPasswordReset,
  sendRegistration,
} from "../../src/auth/account-mails.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { change, EMAIL, forgot, register, reset } from "../support/accounts.ts";
import { makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { signUp } from "../support/sign-up.ts";

test("each mail names the service and how long its code lives", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  for (let number = 0; number < 2; number++) {
    await register(client);
    await mailbox.received(EMAIL);
  }
  await sendPasswordReset(resources, EMAIL);
  await makeUser(resources, { email: "bob@example.com" });
  await sendRegistration(resources, "bob@example.com");
  await sendPasswordChanged(resources, EMAIL);
  await sendAccountDeleted(resources, EMAIL);
  const mails = await mailbox.received(EMAIL);
  const [confirm, first, code] = mails;
  const warning = await mailbox.only("bob@example.com");
  assert.equal(mails.length, 5);
  for (const { headers, text } of [...mails, warning]) {
    assert.ok(headers.get("subject")?.startsWith(`${resources.settings.appName}: `));
    assert.ok(!text.includes("{"));
  }
  assert.match(confirm?.text ?? "", /24 hours/);
  for (const mail of [first, code]) {
    assert.match(mail?.text ?? "", /30 minutes/);
  }
});

test("an account that is gone gets no mail", async (t) => {
  const { resources, mailbox } = await mailingService(t);
  await sendRegistration(resources, "nobody@example.com");
  await sendPasswordReset(resources, "nobody@example.com");
  assert.deepEqual(await mailbox.received("nobody@example.com"), []);
});

test("an account that is disabled meanwhile gets no code", async (t) => {
  const { resources, mailbox } = await mailingService(t);
  const { id, email } = await makeUser(resources);
  const { sending } = await resources.database.transaction(async (transaction) => {
    const users = new UserRepository(transaction);
    await users.lock(id);
    const pending = sendPasswordReset(resources, email);
    // Until it is at the database, where it has to wait.
    await setTimeout(200);
    await users.update(id, { isActive: false });
    return { sending: pending };
  });
  await sending;
  assert.deepEqual(await mailbox.received(email), []);
});

test("each code is new and invalidates the previous one", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  const { email } = await makeUser(resources);
  const codes: string[] = [];
  for (let number = 0; number < 3; number++) {
    await sendPasswordReset(resources, email);
    codes.push(await mailbox.code(email));
  }
  assert.equal(new Set(codes).size, 3);
  const statuses = [];
  for (const code of codes) {
    statuses.push((await reset(client, code)).statusCode);
  }
  assert.deepEqual(statuses, [422, 422, 204]);
});

test("the owner is notified of a new password", async (t) => {
  const service = await mailingService(t);
  const { client, mailbox } = service;
  const { user, ...own } = await signUp(service);
  assert.equal((await change(own.client)).statusCode, 204);
  const notice = await mailbox.only(user.email);
  assert.match(notice.headers.get("subject") ?? "", /Your password has been changed/);
  await forgot(client, user.email);
  assert.equal((await reset(client, await mailbox.code(user.email))).statusCode, 204);
  assert.equal((await mailbox.received(user.email)).length, 3);
  assert.equal((await change(own.client)).statusCode, 401);
  assert.equal((await mailbox.received(user.email)).length, 3);
});
