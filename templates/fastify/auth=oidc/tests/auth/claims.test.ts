/** Claims of tokens that the provider has really signed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { seconds } from "../support/provider.ts";
import type { Fields } from "../support/signing.ts";
import { startTrusting } from "../support/trusting.ts";

const WRONG: Readonly<Record<string, Fields>> = {
  "of another issuer": { iss: "https://other.example.com" },
  "of an issuer that looks alike": { iss: "http://127.0.0.1/realms/test" },
  "of no issuer": { iss: undefined },
  "for another audience": { aud: "other-audience" },
  "for a longer audience": { aud: "demo-audience-2" },
  "for other audiences": { aud: ["account", "other-audience"] },
  "for nobody": { aud: undefined },
  "for a number": { aud: 7 },
  "for an object": { aud: { "demo-audience": true } },
  "for this audience and a number": { aud: ["demo-audience", 7] },
  expired: { exp: seconds(-31) },
  "without an end": { exp: undefined },
  "with an end that is no number": { exp: "never" },
  "with an end in words": { exp: String(seconds(300)) },
  "with an end that is true": { exp: true },
  "with an end in milliseconds": { exp: seconds(300) * 1000 },
  "not yet valid": { nbf: seconds(3600) },
  "issued in the future": { iat: seconds(3600) },
  "never issued": { iat: undefined },
  "issued at no number": { iat: "now" },
  "issued at true": { iat: true },
  "issued before all time": { iat: -1e300 },
  "valid from a list on": { nbf: [0] },
  "about nobody": { sub: undefined },
  "about an empty name": { sub: "" },
  "about a number": { sub: 7 },
  "about a name that is too long": { sub: "s".repeat(256) },
  "about two lines": { sub: "a\nb" },
  "about half a character": { sub: "\ud800" },
  "for signing in": { token_use: "id" },
  "of a use that is no text": { token_use: ["access"] },
};

test("a token with wrong claims is refused", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const [name, claims] of Object.entries(WRONG)) {
    assert.equal(await status(provider.token("a", claims)), 401, name);
  }
  // What JavaScript reads as endless or as no number.
  for (const exp of ["1e400", "NaN", "Infinity"]) {
    const claims = JSON.stringify(provider.claims("a", { exp: 0 }));
    const payload = Buffer.from(claims.replace('"exp":0', `"exp":${exp}`));
    assert.equal(await status(provider.sign(payload)), 401, exp);
  }
  assert.equal(await status(provider.token("a")), 200);
});

test("an issuer is compared to the letter", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const iss of [`${provider.issuer}/`, provider.issuer.toUpperCase(), [provider.issuer]]) {
    assert.equal(await status(provider.token("a", { iss })), 401);
  }
});

test("clocks may differ by half a minute", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const [name, sign] of [
    ["exp", -1],
    ["nbf", 1],
    ["iat", 1],
  ] as const) {
    assert.equal(await status(provider.token("a", { [name]: seconds(sign * 20) })), 200, name);
    assert.equal(await status(provider.token("a", { [name]: seconds(sign * 40) })), 401, name);
  }
});

test("one of several audiences is enough", async (t) => {
  const { provider, status } = await startTrusting(t);
  assert.equal(await status(provider.token("a", { aud: ["account", "demo-audience"] })), 200);
});

test("this service may have several audiences", async (t) => {
  const { provider, status } = await startTrusting(t, { OIDC_AUDIENCE: "first,second" });
  for (const [aud, expected] of [
    ["first", 200],
    [["x", "second"], 200],
    ["third", 401],
  ] as const) {
    assert.equal(await status(provider.token("a", { aud })), expected);
  }
});

test("another claim may name the audience", async (t) => {
  const { provider, status } = await startTrusting(t, {
    OIDC_AUDIENCE: "web-client",
    OIDC_AUDIENCE_CLAIM: "client_id",
  });
  for (const [aud, clientId, expected] of [
    [undefined, "web-client", 200],
    ["web-client", "x", 401],
    ["web-client", undefined, 401],
  ] as const) {
    assert.equal(await status(provider.token("a", { aud, client_id: clientId })), expected);
  }
});

test("where access tokens are plain their claims tell them", async (t) => {
  const { provider, status } = await startTrusting(t, { OIDC_REQUIRE_AT_JWT: "false" });
  const plain = { typ: "JWT" };
  assert.equal(await status(provider.token("a", {}, plain)), 200);
  assert.equal(await status(provider.token("a", {}, { typ: undefined })), 200);
  assert.equal(await status(provider.token("a")), 200);
  // Of an older Keycloak.
  assert.equal(await status(provider.token("a", { typ: "Bearer", nonce: "n" }, plain)), 200);
  const others: readonly Fields[] = [
    { nonce: "n" },
    { at_hash: "h" },
    { c_hash: "h" },
    { s_hash: "h" },
    { events: { "http://schemas.openid.net/event/backchannel-logout": {} } },
    { typ: "ID" },
    { typ: "Refresh" },
    { typ: "Logout" },
    { typ: ["Bearer"] },
  ];
  for (const claims of others) {
    const token = provider.token("a", claims, plain);
    assert.equal(await status(token), 401, JSON.stringify(claims));
  }
  assert.equal(await status(provider.token("a", {}, { typ: "logout+jwt" })), 401);
});
