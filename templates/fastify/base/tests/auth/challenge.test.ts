/** What a refusal says of the credential that it was given (RFC 6750, 3.1). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { revokeAccess } from "../../src/auth/revocation.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";

test("a credential that has ended is named as the reason", async (t) => {
  const service = await startService(t);
  const { user, client } = await signUp(service);
  await service.resources.database.transaction((transaction) => revokeAccess(transaction, user.id));
  const answer = await client.get(ME);
  assert.equal(answer.statusCode, 401);
  assert.ok(String(answer.headers["www-authenticate"]).endsWith('error="invalid_token"'));
});

test("who shows none is told of no error", async (t) => {
  const { client } = await startService(t);
  const answer = await client.get(ME);
  assert.equal(answer.statusCode, 401);
  assert.ok(!String(answer.headers["www-authenticate"]).includes("error"));
});
