/** Signing keys of every kind that providers have, as they publish them. */

import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { MAX_KEYS, SigningKeys } from "../../src/auth/signing-keys.ts";
import type { Provider } from "../support/provider.ts";
import { type Fields, jwkOf, makeRsaKey, signed } from "../support/signing.ts";
import { startTrusting } from "../support/trusting.ts";

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const P256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const P384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const P521 = generateKeyPairSync("ec", { namedCurve: "P-521" });
const ED25519 = generateKeyPairSync("ed25519");
const RSA_JWK = jwkOf(RSA.publicKey);
const P256_JWK = jwkOf(P256.publicKey);
const ED25519_JWK = jwkOf(ED25519.publicKey);

type Case = readonly [key: KeyObject, jwk: object, algorithm: string];

/** Signs an access token with a key of the test's own. */
const tokenOf = (
  provider: Provider,
  key: KeyObject,
  algorithm: string,
  headers: Fields = {},
): string =>
  signed(provider.claims("a"), key, algorithm, { typ: "at+jwt", kid: "own", ...headers });

test("a key serves the algorithms of its type", async (t) => {
  const cases: readonly Case[] = [
    ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(
      (name) => [RSA.privateKey, RSA_JWK, name] as const,
    ),
    [RSA.privateKey, { ...RSA_JWK, alg: "PS256" }, "PS256"],
    [P256.privateKey, P256_JWK, "ES256"],
    [P384.privateKey, jwkOf(P384.publicKey), "ES384"],
    [P521.privateKey, jwkOf(P521.publicKey), "ES512"],
    [ED25519.privateKey, ED25519_JWK, "EdDSA"],
    [ED25519.privateKey, ED25519_JWK, "Ed25519"],
    [ED25519.privateKey, { ...ED25519_JWK, alg: "Ed25519" }, "Ed25519"],
    [ED25519.privateKey, { ...ED25519_JWK, alg: "EdDSA" }, "EdDSA"],
  ];
  const { provider, status } = await startTrusting(t);
  const ids = cases.map(([, jwk], index) => ({ ...jwk, kid: `own-${index}` }));
  provider.publish({}, ids);
  for (const [index, [key, , algorithm]] of cases.entries()) {
    const token = tokenOf(provider, key, algorithm, { kid: `own-${index}` });
    assert.equal(await status(token), 200, algorithm);
  }
});

test("a key serves no other algorithm", async (t) => {
  const cases: readonly Case[] = [
    [RSA.privateKey, { ...RSA_JWK, alg: "RS256" }, "PS256"],
    [RSA.privateKey, { ...RSA_JWK, alg: "RS512" }, "RS256"],
    [P256.privateKey, { ...P256_JWK, alg: "ES384" }, "ES256"],
    [P256.privateKey, { ...P256_JWK, crv: "P-384" }, "ES256"],
    [ED25519.privateKey, { ...ED25519_JWK, alg: "EdDSA" }, "Ed25519"],
    [RSA.privateKey, { ...RSA_JWK, kty: "oct", k: "c2VjcmV0" }, "RS256"],
  ];
  const { provider, status } = await startTrusting(t);
  const ids = cases.map(([, jwk], index) => ({ ...jwk, kid: `own-${index}` }));
  provider.publish({}, [...ids, ...provider.publicKeys()]);
  assert.equal(await status(provider.token("a")), 200);
  for (const [index, [key, , algorithm]] of cases.entries()) {
    const token = tokenOf(provider, key, algorithm, { kid: `own-${index}` });
    assert.equal(await status(token), 401, `${index} ${algorithm}`);
  }
});

test("without a key id the only key of the algorithm counts", async (t) => {
  const { provider, status } = await startTrusting(t);
  provider.publish({}, [RSA_JWK, { ...ED25519_JWK, kid: "own" }]);
  const nameless = { kid: undefined };
  for (const [key, algorithm] of [
    [RSA.privateKey, "RS256"],
    [RSA.privateKey, "PS256"],
    [ED25519.privateKey, "EdDSA"],
  ] as const) {
    assert.equal(await status(tokenOf(provider, key, algorithm, nameless)), 200, algorithm);
  }
  assert.equal(await status(tokenOf(provider, makeRsaKey(), "RS256", nameless)), 401);
});

test("without a key id two keys are ambiguous", async (t) => {
  const { provider, status } = await startTrusting(t);
  provider.publish({}, [RSA_JWK, ...provider.publicKeys()]);
  const nameless = { kid: undefined };
  assert.equal(await status(provider.token("a")), 200);
  assert.equal(await status(tokenOf(provider, RSA.privateKey, "RS256", nameless)), 401);
  assert.equal(await status(provider.token("a", {}, nameless)), 401);
  assert.equal(await status(tokenOf(provider, RSA.privateKey, "PS256", nameless)), 200);
});

test("a short key proves nothing", async (t) => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const { provider, status } = await startTrusting(t);
  provider.publish({}, [{ ...jwkOf(weak.publicKey), kid: "own" }, ...provider.publicKeys()]);
  assert.equal(await status(tokenOf(provider, weak.privateKey, "RS256")), 401);
  assert.equal(await status(provider.token("a")), 200);
  assert.equal(SigningKeys.fromJwks([jwkOf(weak.publicKey)]).size, 0);
});

test("an odd key does not take the others with it", () => {
  const odd: readonly unknown[] = [
    null,
    [],
    {},
    { kty: null },
    { kty: "RSA", n: null, e: "AQAB" },
    { kty: "RSA", n: "AQAB", e: {} },
    { kty: "EC", crv: "P-256", x: "AA", y: "AA" },
    { kty: "OKP", crv: "Ed25519", x: 7 },
    jwkOf(generateKeyPairSync("ed448").publicKey),
    ED25519.privateKey.export({ format: "jwk" }),
  ];
  const keys = SigningKeys.fromJwks([...odd, { ...RSA_JWK, kid: "own" }]);
  assert.equal(keys.size, 1);
  assert.ok(keys.find("own", "RS256"));
  const many = Array.from({ length: MAX_KEYS + 1 }, () => RSA_JWK);
  assert.equal(SigningKeys.fromJwks(many).size, MAX_KEYS);
});
