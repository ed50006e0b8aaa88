/** Answers of a provider that the service must not use. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Provider as ProviderKeys } from "../../src/auth/provider.ts";
import { Unavailable } from "../../src/errors.ts";
import type { Settings } from "../../src/settings/index.ts";
import { problemOf } from "../support/problems.ts";
import { DISCOVERY, JWKS, type Provider } from "../support/provider.ts";
import { startTrusting } from "../support/trusting.ts";

/** Replaces the key set by another answer, made of the genuine body. */
const keySet =
  (change: (genuine: string) => readonly [status: number, body: string]) =>
  (provider: Provider): void => {
    const [, genuine = ""] = provider.answers.get(JWKS) ?? [];
    provider.answers.set(JWKS, change(genuine));
  };

const SPOILS: Readonly<Record<string, (provider: Provider) => void>> = {
  "another issuer": (it) => it.publish({ issuer: "https://other.example.com" }),
  "an issuer with a slash": (it) => it.publish({ issuer: `${it.issuer}/` }),
  "no place of keys": (it) => it.publish({ jwks_uri: null }),
  "keys over plain HTTP": (it) => it.publish({ jwks_uri: "http://keys.example.com/keys" }),
  "keys in a file": (it) => it.publish({ jwks_uri: "file:///etc/passwd" }),
  "keys of a data URL": (it) =>
    it.publish({ jwks_uri: `data:,${JSON.stringify({ keys: it.publicKeys() })}` }),
  "keys without a scheme": (it) => it.publish({ jwks_uri: "//127.0.0.1/keys" }),
  "no keys": (it) => it.publish({}, []),
  "no key that can be used": (it) => it.publish({}, [{ kty: "RSA" }, "nonsense"]),
  "keys that are no list": keySet(() => [200, '{"keys": {}}']),
  "a list": keySet(() => [200, "[]"]),
  "a page": keySet(() => [200, "<html>"]),
  "no text": keySet(() => [200, "\xff"]),
  "a list without an end": keySet(() => [200, "[".repeat(100_000)]),
  "too much": keySet((genuine) => [200, genuine + " ".repeat(1024 * 1024)]),
  "another status": keySet((genuine) => [404, genuine]),
  "another kind of success": keySet((genuine) => [203, genuine]),
  "a redirect": (it) => {
    const genuine = it.answers.get(DISCOVERY);
    assert.ok(genuine);
    it.answers.set("/moved", genuine).set(DISCOVERY, [302, "/moved"]);
  },
};

test("an invalid response of the provider is an outage", async (t) => {
  const { provider, service, status } = await startTrusting(t);
  for (const [name, spoil] of Object.entries(SPOILS)) {
    provider.publish();
    const { settings } = service.resources;
    await new ProviderKeys(settings).key(provider.keyId, "RS256");
    spoil(provider);
    const keys = new ProviderKeys(settings);
    await assert.rejects(keys.key(provider.keyId, "RS256"), Unavailable, name);
  }
  assert.equal(await status(provider.token("a")), 503);
});

test("keys that sign no tokens are not used", async (t) => {
  const { provider, service } = await startTrusting(t);
  const [key] = provider.publicKeys();
  for (const change of [
    { use: "enc" },
    { alg: "RSA-OAEP" },
    { alg: "HS256" },
    { kty: "oct", k: "c2VjcmV0", alg: undefined },
    { kid: undefined },
    { kid: 7 },
    { key_ops: ["sign"] },
    { key_ops: "verify" },
    { use: ["sig"] },
    { alg: ["RS256"] },
    { kty: ["RSA"] },
    { crv: ["P-256"] },
    { n: 7 },
    { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43), alg: "ES256" },
    { d: "c2VjcmV0" },
  ]) {
    provider.publish({}, [
      { ...key, ...change },
      { ...key, kid: "spare" },
    ]);
    const keys = new ProviderKeys(service.resources.settings);
    const text = JSON.stringify(change);
    assert.equal((await keys.key(provider.keyId, "RS256"))?.type, undefined, text);
    assert.ok(await keys.key("spare", "RS256"));
  }
});

test("a key whose id is no text is not the only key of tokens without one", async (t) => {
  const { provider, call } = await startTrusting(t);
  const [key] = provider.publicKeys();
  provider.publish({}, [{ ...key, kid: 7 }]);
  problemOf(await call(provider.token("a", {}, { kid: undefined })), 503);
});

test("the provider cannot redirect the service to plain http", async (t) => {
  for (const [issuer, keys] of [
    ["https://127.0.0.1:1", "http://127.0.0.1:1/keys"],
    ["http://127.0.0.1:1", "http://keys.example.com/keys"],
    ["http://127.0.0.1:1", "//127.0.0.1:1/keys"],
  ] as const) {
    const asked: string[] = [];
    t.mock.method(globalThis, "fetch", async (url: string) => {
      asked.push(url);
      return Response.json({ issuer, jwks_uri: keys });
    });
    const settings = { oidcIssuer: issuer, oidcDiscoveryUrl: "", oidcJwksMinRefreshSeconds: 60 };
    const provider = new ProviderKeys(settings as Settings);
    await assert.rejects(provider.key("any", "RS256"), Unavailable);
    assert.deepEqual(asked, [`${issuer}/.well-known/openid-configuration`]);
    t.mock.restoreAll();
  }
});
