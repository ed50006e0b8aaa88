/** Attacks on access tokens: what the provider did not sign, or signed for something else. */

import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { test } from "node:test";
import { MAX_TOKEN_LENGTH } from "../../src/auth/access-tokens.ts";
import { ROLE_NAMES } from "../support/auth.ts";
import { problemOf } from "../support/problems.ts";
import { type Provider, startProvider } from "../support/provider.ts";
import { startService } from "../support/service.ts";
import {
  encode,
  type Fields,
  jwkOf,
  makeRsaKey,
  signed,
  signedWithHmac,
  unsigned,
} from "../support/signing.ts";
import { ME_URL, startTrusting } from "../support/trusting.ts";

type Forgery = (provider: Provider) => string;

const headersOf = (provider: Provider, headers: Fields = {}): Fields => ({
  alg: "RS256",
  typ: "at+jwt",
  kid: provider.keyId,
  ...headers,
});

/** Signs with a key of the attacker's own, under the provider's key id. */
const withOwnKey = (provider: Provider, headers: Fields = {}): string =>
  signed(provider.claims("a"), makeRsaKey(), "RS256", headersOf(provider, headers));

const forgedWith = (provider: Provider, secret: string): string =>
  signedWithHmac(provider.claims("a"), headersOf(provider), secret);

const publicKeyOf = (provider: Provider) => createPublicKey(provider.privateKey);

/** Keeps the signature, and changes what it is for. */
const tampered: Forgery = (provider) => {
  const [head, , signature] = provider.token("a").split(".");
  const claims = provider.claims("a", { roles: Object.values(ROLE_NAMES) });
  return `${head}.${encode(Buffer.from(JSON.stringify(claims)))}.${signature}`;
};

const withAlg = (provider: Provider, alg: unknown): string =>
  unsigned(provider.claims("a"), headersOf(provider, { alg }));

const MALFORMED: Readonly<Record<string, Forgery>> = {
  "alg none": (it) => withAlg(it, "none"),
  "HS256 with nothing": (it) => forgedWith(it, ""),
  "an algorithm in a list": (it) => withAlg(it, ["RS256"]),
  "too long": (it) => it.token("a", { padding: "x".repeat(MAX_TOKEN_LENGTH) }),
};

const FORGERIES: Readonly<Record<string, Forgery>> = {
  ...MALFORMED,
  "alg None": (it) => withAlg(it, "None"),
  "no alg": (it) => unsigned(it.claims("a"), { typ: "at+jwt", kid: it.keyId }),
  "no signature": (it) => it.token("a").replace(/[^.]*$/, ""),
  "HS256 with the public key": (it) =>
    forgedWith(it, String(publicKeyOf(it).export({ type: "spki", format: "pem" }))),
  "HS256 with the JWK": (it) => forgedWith(it, JSON.stringify(it.publicKeys()[0])),
  "own key": (it) => withOwnKey(it),
  "own key, and where to find it": (it) => withOwnKey(it, { jku: "https://evil.example.com" }),
  "own key, within the token": (it) => {
    const own = makeRsaKey();
    const headers = headersOf(it, { jwk: jwkOf(createPublicKey(own)) });
    return signed(it.claims("a"), own, "RS256", headers);
  },
  "another algorithm of the key": (it) =>
    signed(it.claims("a"), it.privateKey, "PS256", headersOf(it, { alg: "PS256" })),
  "other claims": tampered,
  "own key, without a key id": (it) => withOwnKey(it, { kid: undefined }),
  "a key id that is no text": (it) => it.token("a", {}, { kid: [it.keyId] }),
  "a type in a list": (it) => it.token("a", {}, { typ: ["at+jwt"] }),
  "a critical header": (it) => it.token("a", {}, { crit: ["x"], x: 1 }),
  "not a token": () => "nonsense",
  "two dots": () => "..",
  "five parts": (it) => `${it.token("a")}.x.y`,
  "a JSON array": () => `${encode(Buffer.from("[]"))}.e30.`,
  "a NUL": (it) => it.token("a\0b"),
  "a payload that is no object": (it) => it.sign(Buffer.from('["a"]')),
  "a payload that is no JSON": (it) => it.sign(Buffer.from("a")),
  "a payload that is no text": (it) => it.sign(Buffer.from([0xff])),
  "a payload without an end": (it) => it.sign(Buffer.from("[".repeat(10_000))),
};

test("a forged token is refused", async (t) => {
  const { provider, call, status } = await startTrusting(t);
  assert.equal(await status(provider.token("a")), 200);
  for (const [name, forge] of Object.entries(FORGERIES)) {
    const answer = await call(forge(provider));
    assert.equal(answer.statusCode, 401, name);
    problemOf(answer, 401);
    assert.equal(answer.headers["www-authenticate"], 'Bearer error="invalid_token"');
  }
});

test("a token of another provider is refused", async (t) => {
  const { provider, status } = await startTrusting(t);
  assert.equal(await status(provider.token("a")), 200);
  const other = await startProvider(t);
  assert.equal(await status(other.token("a")), 401);
  other.issuer = provider.issuer;
  assert.equal(await status(other.token("a", {}, { kid: provider.keyId })), 401);
});

test("the types of access tokens are accepted", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const typ of ["at+jwt", "AT+JWT", "application/at+jwt"]) {
    assert.equal(await status(provider.token("a", {}, { typ })), 200, typ);
  }
});

test("a token of another type is not an access token", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const typ of ["JWT", undefined, "", "logout+jwt", "secevent+jwt", "dpop+jwt"]) {
    assert.equal(await status(provider.token("a", {}, { typ })), 401, typ);
  }
});

test("a malformed token does not cause a fetch", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const [name, forge] of Object.entries(MALFORMED)) {
    assert.equal(await status(forge(provider)), 401, name);
  }
  assert.equal(await status(provider.token("a", {}, { typ: "JWT" })), 401);
  assert.equal(await status(provider.token("a", {}, { kid: 7 })), 401);
  assert.deepEqual(provider.requests, {});
});

test("a token is at most 16 KiB long", async (t) => {
  const { provider, status } = await startTrusting(t);
  for (const [length, expected] of [
    [11_000, 200],
    [13_000, 401],
  ] as const) {
    assert.equal(await status(provider.token("a", { padding: "x".repeat(length) })), expected);
  }
});

test("a refusal is logged without any part of the token", async (t) => {
  const { provider, service, status } = await startTrusting(t);
  const marker = "sender-of-this";
  const tokens = [
    marker.repeat(1000),
    provider.token("a", {}, { crit: [marker], [marker]: 1 }),
    provider.token("a", {}, { typ: marker }),
    unsigned({}, { alg: marker }),
    provider.token("a", {}, { kid: marker }),
    provider.token("a", { aud: marker, iss: marker }),
  ];
  for (const [index, token] of tokens.entries()) {
    assert.equal(await status(token), 401);
    const lines = service.lines.filter(({ event }) => event === "oidc.refused");
    assert.equal(lines.length, index + 1);
    const reason = String(lines.at(-1)?.["reason"]);
    assert.ok(reason.length > 0 && reason.length < 100, reason);
    const text = JSON.stringify(lines);
    assert.ok(!text.includes(marker) && !text.includes(token.slice(0, 20)), text);
  }
});

test("malformed tokens count towards the rate limit", async (t) => {
  const { status } = await startTrusting(t, { RATE_LIMIT_DEFAULT: "3/minute" });
  const odd = unsigned({}, { alg: ["RS256"], typ: "at+jwt", kid: "x" });
  for (const expected of [401, 401, 401, 429]) {
    assert.equal(await status(odd), expected);
  }
});

test("a token is accepted in its header only", async (t) => {
  const { provider, service, status } = await startTrusting(t);
  const { client } = service;
  const token = provider.token("a");
  for (const [name, value] of [
    ["x-access-token", token],
    ["cookie", `access_token=${token}`],
    ["authorization", `Basic ${token}`],
    ["authorization", token],
  ] as const) {
    problemOf(await client.get(ME_URL, { headers: { [name]: value } }), 401);
  }
  // Refused as a parameter, not read as a credential.
  const answer = await client.get(ME_URL, { query: { access_token: token } });
  assert.ok([401, 422].includes(answer.statusCode));
  assert.equal(await status(token), 200);
});

test("the document tells how to sign in", async (t) => {
  const { client } = await startService(t, { DOCS_ENABLED: "true" });
  const document = (await client.get("/openapi.json")).json();
  const { type, scheme, bearerFormat } = document.components.securitySchemes.AccessToken;
  assert.deepEqual([type, scheme, bearerFormat], ["http", "bearer", "JWT"]);
  assert.deepEqual(document.paths[ME_URL].get.security, [{ AccessToken: [] }]);
});
