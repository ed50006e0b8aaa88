/** The limit of mails per recipient. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { change, EMAIL, forgot, register, reset, shapeOf } from "../support/accounts.ts";
import { Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { signUp } from "../support/sign-up.ts";

test("a recipient gets at most five requested mails an hour", async (t) => {
  const { app, client, resources, mailbox, lines } = await mailingService(t);
  await makeUser(resources, { email: EMAIL });
  const shapes = [];
  for (let network = 0; network < 12; network++) {
    const other = new Client(app, `198.51.${network}.1`);
    shapes.push(shapeOf(await forgot(other, EMAIL)));
    shapes.push(shapeOf(await register(other, EMAIL.toUpperCase())));
  }
  assert.equal((await mailbox.received(EMAIL)).length, 5);
  assert.equal(shapes[0]?.statusCode, 202);
  for (const shape of shapes) {
    assert.deepEqual(shape, shapes[0]);
  }
  assert.equal(lines.filter(({ event }) => event === "mail.withheld").length, 19);
  assert.ok(!JSON.stringify(lines).includes(EMAIL));
  await makeUser(resources, { email: "bob@example.com" });
  await forgot(client, "bob@example.com");
  assert.equal((await mailbox.received("bob@example.com")).length, 1);
});

test("registering leaves mails for who has forgotten the password", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await makeUser(resources, { email: EMAIL });
  for (let number = 0; number < 8; number++) {
    await register(client, EMAIL);
  }
  await forgot(client, EMAIL);
  assert.equal((await reset(client, await mailbox.code(EMAIL))).statusCode, 204);
});

test("a code that was mailed outlives mails that are withheld", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  await makeUser(resources, { email: EMAIL });
  for (let number = 0; number < 8; number++) {
    await forgot(client, EMAIL);
  }
  // Jobs of the same moment end in any order: the valid code need not be in the last mail.
  const statuses = [];
  for (const code of await mailbox.codes(EMAIL)) {
    statuses.push((await reset(client, code)).statusCode);
  }
  assert.equal(statuses.filter((status) => status === 204).length, 1);
});

test("nobody uses up the mails that warn an owner", async (t) => {
  const service = await mailingService(t);
  const { client, mailbox } = service;
  const { user, ...own } = await signUp(service);
  for (let number = 0; number < 8; number++) {
    await forgot(client, user.email);
  }
  assert.equal((await change(own.client)).statusCode, 204);
  const mails = await mailbox.received(user.email);
  assert.equal(mails.length, 6);
  assert.ok(mails.some(({ headers }) => headers.get("subject")?.includes("has been changed")));
});
