/** Tokens as known providers write them, with the settings that README.md names for each. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { PROVIDERS } from "../support/known-providers.ts";
import type { Provider } from "../support/provider.ts";
import type { Fields } from "../support/signing.ts";
import { EXPORT_URL, startTrusting, USERS_URL } from "../support/trusting.ts";

const claimsOf = (provider: Provider, subject: string, ...more: readonly Fields[]): Fields => {
  const { iss, sub, iat, exp } = provider.claims(subject);
  return Object.assign({ iss, sub, iat, exp }, ...more);
};

for (const [name, known] of Object.entries(PROVIDERS)) {
  test(`the access tokens of ${name} work and its ID tokens do not`, async (t) => {
    const { provider, status } = await startTrusting(t, known.settings);
    const sign = (subject: string, headers: Fields, ...claims: readonly Fields[]): string =>
      provider.sign(claimsOf(provider, subject, ...claims), headers);
    const access = sign("ada", known.headers, known.access);
    assert.equal(await status(access), 200);
    assert.equal(await status(access, USERS_URL), 403);
    const boss = { sub: "boss" };
    const admin = sign("boss", known.headers, known.access, boss, known.admin);
    assert.equal(await status(admin, USERS_URL), 200);
    const headers = known.idHeaders ?? { typ: "JWT" };
    assert.equal(await status(sign("ada", headers, known.admin, known.idToken)), 401);
  });
}

test("permissions of Auth0 narrow what its roles give", async (t) => {
  const known = PROVIDERS["Auth0"];
  assert.ok(known);
  const settings = { ...known.settings, OIDC_REQUIRE_SCOPES: "true" };
  const { provider, status } = await startTrusting(t, settings);
  for (const [permissions, users, exported] of [
    [["users:read"], 200, 403],
    [["users:read", "users:export"], 200, 200],
    [[], 403, 403],
  ] as const) {
    const claims = claimsOf(provider, "ada", known.access, known.admin, { permissions });
    const token = provider.sign(claims, known.headers);
    assert.equal(await status(token, USERS_URL), users);
    assert.equal(await status(token, EXPORT_URL), exported);
  }
});

test("Google has no token for this service", async (t) => {
  const client = "web.apps.googleusercontent.com";
  const { provider, status } = await startTrusting(t, {
    OIDC_AUDIENCE: client,
    OIDC_REQUIRE_AT_JWT: "false",
  });
  const claims = { aud: client, azp: client, at_hash: "h", email_verified: true };
  const idToken = provider.token("1", claims, { typ: "JWT" });
  for (const token of ["ya29.a0AfH6SMBx-opaque_access_token", idToken]) {
    assert.equal(await status(token), 401);
  }
});
