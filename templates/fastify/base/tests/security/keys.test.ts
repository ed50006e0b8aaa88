import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import { Keys } from "../../src/security/keys.ts";
import type { Settings } from "../../src/settings/index.ts";
import { Secret } from "../../src/settings/secret.ts";

const keysOf = (key: string, ...fallbacks: string[]): Keys =>
  new Keys({
    secretKey: new Secret(key),
    secretKeyFallbacks: fallbacks.map((text) => new Secret(text)),
  } as unknown as Settings);

test("a key is derived from the secret by HKDF, for its purpose", () => {
  const derived = hkdfSync("sha256", "secret", "", "create-secure-api/v1/cursor", 32);
  const expected = createHmac("sha256", Buffer.from(derived)).update("m").digest();
  assert.deepEqual(keysOf("secret").mac("cursor", "m"), expected);
});

test("a key serves one purpose", () => {
  const keys = keysOf("secret");
  const mac = keys.mac("cursor", "message");
  assert.ok(keys.verify("cursor", "message", mac));
  assert.ok(!keys.verify("csrf", "message", mac));
  assert.ok(!keys.verify("cursor", "another", mac));
});

test("earlier keys verify and the newest signs", () => {
  const before = keysOf("old").mac("cursor", "message");
  const rotated = keysOf("new", "old");
  assert.ok(rotated.verify("cursor", "message", before));
  assert.deepEqual(rotated.mac("cursor", "message"), keysOf("new").mac("cursor", "message"));
  assert.ok(!keysOf("new").verify("cursor", "message", before));
});

test("a signature of another length is none", () => {
  const keys = keysOf("secret");
  const mac = keys.mac("cursor", "message");
  for (const given of [Buffer.alloc(0), mac.subarray(0, 31), Buffer.concat([mac, mac])]) {
    assert.ok(!keys.verify("cursor", "message", given));
  }
});
