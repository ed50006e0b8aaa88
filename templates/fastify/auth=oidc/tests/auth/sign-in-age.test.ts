/** How long ago the bearer of a token signed in at the provider. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findUser } from "../support/factories.ts";
import { problemOf } from "../support/problems.ts";
import { seconds } from "../support/provider.ts";
import { startService } from "../support/service.ts";
import { bear, tokenOf } from "../support/sign-in.ts";
import { signUp } from "../support/sign-up.ts";
import { ME_URL } from "../support/trusting.ts";

test("a fresh token of an old sign-in deletes nothing", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service);
  bear(client, tokenOf(user.id, "user", { auth_time: seconds(-901) }));
  problemOf(await client.delete(ME_URL), 401);
  assert.deepEqual(await findUser(service.resources, user), user);
  bear(client, tokenOf(user.id, "user", { auth_time: seconds() }));
  assert.equal((await client.delete(ME_URL)).statusCode, 204);
});

test("a token that does not tell counts from when it was issued", async (t) => {
  const { client, user } = await signUp(await startService(t));
  bear(client, tokenOf(user.id, "user", { iat: seconds(-901) }));
  assert.equal((await client.get(ME_URL)).statusCode, 200);
  problemOf(await client.delete(ME_URL), 401);
});

test("a sign-in that is still to come invalidates a token", async (t) => {
  const { client, user } = await signUp(await startService(t));
  bear(client, tokenOf(user.id, "user", { auth_time: seconds(3_600) }));
  problemOf(await client.get(ME_URL), 401);
});

test("a malformed time invalidates a token", async (t) => {
  const { client, user } = await signUp(await startService(t));
  for (const time of ["1", true, [], {}, -1, 1e300]) {
    bear(client, tokenOf(user.id, "user", { auth_time: time }));
    problemOf(await client.get(ME_URL), 401);
  }
});
