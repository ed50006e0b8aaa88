/** Secrets and their stored digests. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, newSecret } from "../../src/tokens/token.ts";

test("a secret has 256 random bits and is safe in a URL", () => {
  const secrets = new Set(Array.from({ length: 100 }, newSecret));
  assert.equal(secrets.size, 100);
  const decoded = [...secrets].map((secret) => {
    assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
    return Buffer.from(secret, "base64url");
  });
  for (let place = 0; place < 32; place++) {
    // No byte is a constant.
    assert.ok(new Set(decoded.map((bytes) => bytes.at(place))).size > 50);
  }
});

test("what is stored does not give the secret away", () => {
  const secret = newSecret();
  assert.deepEqual(digest(secret), digest(secret));
  assert.notDeepEqual(digest(secret), digest(newSecret()));
  assert.equal(digest(secret).length, 32);
  for (const form of [Buffer.from(secret), Buffer.from(secret, "base64url")]) {
    for (let start = 0; start < 25; start++) {
      assert.ok(!digest(secret).includes(form.subarray(start, start + 8)));
    }
  }
});
