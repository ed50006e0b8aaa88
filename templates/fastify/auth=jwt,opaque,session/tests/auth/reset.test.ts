/** Forgotten passwords. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Keys } from "../../src/security/keys.ts";
import { Secret } from "../../src/settings/secret.ts";
import { UserRepository } from "../../src/users/repository.ts";
import {
  AUTH,
  EMAIL,
  fieldsOf,
  forgot,
  ME_URL,
  reset,
  shapeOf,
  signsIn,
} from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import { signUp } from "../support/sign-up.ts";
import { travel } from "../support/time.ts";

const MINUTE = 60_000;

test("forgetting has one answer for every address", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  const known = await makeUser(resources);
  const disabled = await makeUser(resources, { isActive: false });
  const emails = [known.email, disabled.email, "nobody@example.com"];
  const shapes = [];
  for (const email of emails) {
    shapes.push(shapeOf(await forgot(client, email)));
  }
  assert.equal(shapes[0]?.statusCode, 202);
  for (const shape of shapes) {
    assert.deepEqual(shape, shapes[0]);
  }
  const counts = [];
  for (const email of emails) {
    counts.push((await mailbox.received(email)).length);
  }
  assert.deepEqual(counts, [1, 0, 0]);
});

test("forgetting takes an address and nothing else", async (t) => {
  const { client } = await mailingService(t);
  for (const json of [{}, { email: "no address" }, { email: EMAIL, token: "x" }]) {
    assert.equal((await client.post(`${AUTH}/forgot-password`, { json })).statusCode, 422);
  }
});

test("a reset sets the password, ends every session and confirms the address", async (t) => {
  const service = await mailingService(t);
  const { client, resources, mailbox } = service;
  const account = await makeUser(resources, { emailVerified: false });
  const one = await signUp(service, "user", { user: account });
  const other = await signUp(service, "user", { user: account });
  await forgot(client, account.email.toUpperCase());
  const code = await mailbox.code(account.email);
  assert.equal((await reset(client, code)).statusCode, 204);
  for (const caller of [one, other]) {
    assert.equal((await caller.client.get(ME_URL)).statusCode, 401);
  }
  assert.ok(!(await signsIn(client, account.email)));
  assert.ok(await signsIn(client, account.email, OTHER_PASSWORD));
  assert.ok((await findUser(resources, account))?.emailVerified);
  assert.ok((await audited(resources, account.id)).includes("auth.password.reset"));
  assert.equal((await reset(client, code, PASSWORD)).statusCode, 422);
  assert.ok(await signsIn(client, account.email, OTHER_PASSWORD));
});

test("a reset ends the other codes as well", async (t) => {
  const service = await mailingService(t);
  const { client, mailbox } = service;
  const { email } = (await signUp(service)).user;
  await forgot(client, email);
  const first = await mailbox.code(email);
  await forgot(client, email);
  const second = await mailbox.code(email);
  assert.equal((await reset(client, second)).statusCode, 204);
  assert.equal((await reset(client, first, PASSWORD)).statusCode, 422);
});

test("a reset code lives half an hour", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  const early = await makeUser(resources);
  const late = await makeUser(resources);
  for (const { email } of [early, late]) {
    await forgot(client, email);
  }
  const codes = [await mailbox.code(early.email), await mailbox.code(late.email)] as const;
  travel(t, 30 * MINUTE - 10_000);
  assert.equal((await reset(client, codes[0])).statusCode, 204);
  travel(t, 11_000);
  assert.equal((await reset(client, codes[1])).statusCode, 422);
});

test("of concurrent resets with one code one succeeds", async (t) => {
  const service = await mailingService(t);
  const { client, mailbox } = service;
  const { email } = (await signUp(service)).user;
  await forgot(client, email);
  const code = await mailbox.code(email);
  const passwords = [1, 2, 3, 4, 5, 6].map((number) => `passphrase number ${number} of six`);
  const answers = await Promise.all(passwords.map((password) => reset(client, code, password)));
  const statuses = answers.map(({ statusCode }) => statusCode);
  assert.deepEqual(statuses.toSorted(), [204, ...Array(5).fill(422)]);
  for (const [index, password] of passwords.entries()) {
    assert.equal(await signsIn(client, email, password), statuses[index] === 204);
  }
});

test("a weak new password leaves the code usable", async (t) => {
  const service = await mailingService(t);
  const { client, mailbox } = service;
  const user = await signUp(service);
  await forgot(client, user.user.email);
  const code = await mailbox.code(user.user.email);
  assert.deepEqual(fieldsOf(await reset(client, code, "short")), ["new_password"]);
  assert.equal((await user.client.get(ME_URL)).statusCode, 200);
  assert.equal((await reset(client, code)).statusCode, 204);
});

test("a code ends with its account and with its key", async (t) => {
  const { client, resources, mailbox } = await mailingService(t);
  const account = await makeUser(resources);
  const deleted = await makeUser(resources);
  for (const { email } of [account, deleted]) {
    await forgot(client, email);
  }
  const kept = await mailbox.code(account.email);
  const gone = await mailbox.code(deleted.email);
  await resources.database.transaction((transaction) =>
    new UserRepository(transaction).delete(deleted.id),
  );
  assert.equal((await reset(client, gone)).statusCode, 422);
  const { settings } = resources;
  const secretKey = new Secret("Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5");
  const dropped = new Keys({ ...settings, secretKey, secretKeyFallbacks: [] });
  const rotated = new Keys({ ...settings, secretKey, secretKeyFallbacks: [settings.secretKey] });
  Object.assign(resources, { keys: dropped });
  assert.equal((await reset(client, kept)).statusCode, 422);
  Object.assign(resources, { keys: rotated });
  assert.equal((await reset(client, kept)).statusCode, 204);
});
