/** The owner is notified of a deletion, after the commit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../src/ids.ts";
import { mailingService } from "../support/mailbox.ts";
import { signUp } from "../support/sign-up.ts";

const USERS_URL = "/api/v1/users";

test("the owner is notified of any deletion", async (t) => {
  const service = await mailingService(t);
  const user = await signUp(service);
  const moderator = await signUp(service, "moderator");
  const admin = await signUp(service, "admin");
  assert.equal((await user.client.delete(`${USERS_URL}/me`)).statusCode, 204);
  const url = `${USERS_URL}/${moderator.user.id}`;
  assert.equal((await admin.client.delete(url)).statusCode, 204);
  for (const deleted of [user, moderator]) {
    const notice = await service.mailbox.only(deleted.user.email);
    assert.match(notice.headers.get("subject") ?? "", /Your account has been deleted/);
  }
  assert.deepEqual(await service.mailbox.received(admin.user.email), []);
});

test("an account that stays gets no such mail", async (t) => {
  const service = await mailingService(t);
  const user = await signUp(service);
  const admin = await signUp(service, "admin");
  const answers = [
    await admin.client.delete(`${USERS_URL}/me`),
    await admin.client.delete(`${USERS_URL}/${newId()}`),
    await admin.client.delete(`${USERS_URL}/no-id`),
    await user.client.delete(`${USERS_URL}/${admin.user.id}`),
  ];
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [409, 404, 422, 403],
  );
  for (const caller of [user, admin]) {
    assert.deepEqual(await service.mailbox.received(caller.user.email), []);
  }
});
