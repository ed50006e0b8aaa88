/** The format of a key, and the hash of its secret. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { KeySecret } from "../../src/api-keys/secret.ts";
import { newId } from "../../src/ids.ts";
import { Keys } from "../../src/security/keys.ts";
import type { Settings } from "../../src/settings/index.ts";
import { Secret } from "../../src/settings/secret.ts";

const keysOf = (secretKey: string, ...fallbacks: string[]): Keys =>
  new Keys({
    secretKey: new Secret(secretKey),
    secretKeyFallbacks: fallbacks.map((text) => new Secret(text)),
  } as unknown as Settings);

const OLD = "an old secret of the tests, long enough";
const NEW = "a new secret of the tests, long enough!";

test("a key is read as it was written", () => {
  const secret = new KeySecret(newId());
  const text = secret.reveal();
  assert.match(text, /^csa_[0-9a-f]{32}_[\w-]{43}$/);
  const parsed = KeySecret.parse(text);
  assert.equal(parsed?.keyId, secret.keyId);
  assert.equal(parsed?.reveal(), text);
});

test("text that is no key is not read", () => {
  const text = new KeySecret(newId()).reveal();
  for (const wrong of [
    "",
    "csa_",
    text.toUpperCase(),
    ` ${text}`,
    `${text}\n`,
    `${text}x`,
    text.slice(1),
    text.replace("csa", "csb"),
    text.replaceAll("_", "-"),
  ]) {
    assert.equal(KeySecret.parse(wrong), undefined, wrong);
  }
});

test("a secret is in no log", () => {
  const secret = new KeySecret(newId());
  const text = secret.reveal().slice(-43);
  assert.ok(!inspect(secret, { showHidden: true }).includes(text));
  assert.ok(!JSON.stringify(secret).includes(text));
});

test("a digest is a keyed hash of the secret", () => {
  const secret = new KeySecret(newId());
  const text = secret.reveal().slice(-43);
  const keys = keysOf(OLD);
  const [key] = keys.all("api-key");
  assert.deepEqual(secret.digest(keys), createHmac("sha256", key).update(text).digest());
  assert.notDeepEqual(secret.digest(keys), secret.digest(keysOf(NEW)));
});

test("a digest matches its own secret under any current key", () => {
  const secret = new KeySecret(newId());
  const digest = secret.digest(keysOf(OLD));
  const rotated = keysOf(NEW, OLD);
  assert.ok(secret.matches(rotated, digest));
  assert.ok(!secret.isCurrent(rotated, digest));
  assert.ok(secret.isCurrent(rotated, secret.digest(rotated)));
  assert.ok(!secret.matches(keysOf(NEW), digest));
  assert.ok(!new KeySecret(secret.keyId).matches(rotated, digest));
  assert.ok(!secret.matches(rotated, digest.subarray(0, 31)));
});
