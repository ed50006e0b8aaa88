/** Changed passwords. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CredentialRepository } from "../../src/auth/credentials.ts";
import { change, fieldsOf, forgot, ME_URL, reset, signsIn } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import { mailingService } from "../support/mailbox.ts";
import { givePassword, OTHER_PASSWORD, PASSWORD } from "../support/passwords.ts";
import { auditEvents } from "../support/queries.ts";
import { signUp } from "../support/sign-up.ts";

const CHOSEN = "what the owner has chosen";

test("nobody changes a password", async (t) => {
  const { client } = await mailingService(t);
  assert.equal((await change(client)).statusCode, 401);
});

test("changing the password ends every other session", async (t) => {
  const service = await mailingService(t);
  const { client, resources } = service;
  const { user, ...own } = await signUp(service);
  const other = await signUp(service, "user", { user });
  const answer = await change(own.client);
  assert.equal(answer.statusCode, 204, answer.body);
  assert.equal((await other.client.get(ME_URL)).statusCode, 401);
  assert.ok(!(await signsIn(client, user.email)));
  assert.ok(await signsIn(client, user.email, OTHER_PASSWORD));
  assert.ok((await audited(resources, user.id)).includes("auth.password.changed"));
});

test("changing the password ends the reset codes", async (t) => {
  const service = await mailingService(t);
  const { client, mailbox } = service;
  const { user, ...own } = await signUp(service);
  await forgot(client, user.email);
  const code = await mailbox.code(user.email);
  assert.equal((await change(own.client)).statusCode, 204);
  assert.equal((await reset(client, code, PASSWORD)).statusCode, 422);
});

test("without the current password nothing changes", async (t) => {
  const service = await mailingService(t);
  const { client, resources } = service;
  const { user, ...own } = await signUp(service);
  const other = await signUp(service, "user", { user });
  assert.equal((await change(own.client, OTHER_PASSWORD)).statusCode, 403);
  const denied = await auditEvents(resources, "access.denied", { actorId: user.id });
  assert.equal(denied.length, 1);
  assert.equal((await other.client.get(ME_URL)).statusCode, 200);
  assert.ok(await signsIn(client, user.email));
  assert.ok(!(await signsIn(client, user.email, OTHER_PASSWORD)));
});

test("an account without a password cannot prove one", async (t) => {
  const service = await mailingService(t);
  const { client } = await signUp(service);
  t.mock.method(CredentialRepository.prototype, "get", async () => undefined);
  assert.equal((await change(client)).statusCode, 403);
});

test("a weak new password is refused", async (t) => {
  const service = await mailingService(t);
  const { client, user } = await signUp(service);
  for (const password of ["password1234", `my ${user.email}`]) {
    assert.deepEqual(fieldsOf(await change(client, PASSWORD, password)), ["new_password"]);
  }
});

test("a change that raced with a reset does not undo it", async (t) => {
  const service = await mailingService(t);
  const { client, resources } = service;
  const { user, ...own } = await signUp(service);
  const verify = resources.passwords.verify.bind(resources.passwords);
  const mocked = t.mock.method(
    resources.passwords,
    "verify",
    async (...given: Parameters<typeof verify>) => {
      const proof = await verify(...given);
      await givePassword(resources, user, CHOSEN);
      return proof;
    },
  );
  assert.equal((await change(own.client)).statusCode, 403);
  mocked.mock.restore();
  assert.ok(await signsIn(client, user.email, CHOSEN));
});
