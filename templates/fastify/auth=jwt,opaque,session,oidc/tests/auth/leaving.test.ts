/** Deleting one's own account requires a recent sign-in. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SETTINGS } from "../../src/settings/model.ts";
import { findUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { travel } from "../support/time.ts";

const ME_URL = "/api/v1/users/me";
const SECOND = 1_000;
// Before every credential ends.
const TEN_MINUTES = { REAUTH_MAX_AGE_SECONDS: "600" };

test("a sign-in is recent for a quarter of an hour unless the settings say otherwise", () => {
  assert.equal(SETTINGS.reauthMaxAgeSeconds.default, "900");
});

test("deleting an account requires a recent sign-in", async (t) => {
  const service = await startService(t, TEN_MINUTES);
  const { user, client } = await signUp(service);
  travel(t, 601 * SECOND);
  const refusal = await client.delete(ME_URL);
  assert.equal(refusal.statusCode, 401);
  assert.ok(
    String(refusal.headers["www-authenticate"]).endsWith(
      'error="insufficient_user_authentication", max_age=600',
    ),
  );
  assert.deepEqual(await findUser(service.resources, user), user);
  assert.equal((await client.get(ME_URL)).statusCode, 200);
  // Nothing else takes one.
  assert.equal((await client.patch(ME_URL, { json: { full_name: "New" } })).statusCode, 200);
});

test("an account is deleted a moment before", async (t) => {
  const service = await startService(t, TEN_MINUTES);
  const { user, client } = await signUp(service);
  travel(t, 590 * SECOND);
  assert.equal((await client.delete(ME_URL)).statusCode, 204);
  assert.equal(await findUser(service.resources, user), undefined);
});

test("who signs in again leaves", async (t) => {
  const service = await startService(t, TEN_MINUTES);
  const { user, client } = await signUp(service);
  travel(t, 601 * SECOND);
  assert.equal((await client.delete(ME_URL)).statusCode, 401);
  const again = await signUp(service, "user", { user });
  assert.equal((await again.client.delete(ME_URL)).statusCode, 204);
});
