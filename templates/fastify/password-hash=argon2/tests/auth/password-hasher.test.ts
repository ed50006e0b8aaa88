/** Argon2id as passwords are stored with it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HASHER } from "../../src/auth/password-hasher.ts";
import { MAX_PASSWORD_LENGTH } from "../../src/auth/password-text.ts";
import { hashAsInProduction, hashWeaker } from "../support/hashing.ts";
import { PASSWORD } from "../support/passwords.ts";

test("a stored hash is Argon2id with the parameters of OWASP", async () => {
  const hash = await hashAsInProduction(PASSWORD);
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.ok(await HASHER.verify(PASSWORD, hash));
});

test("a hash that another program made is read", async () => {
  const hash =
    "$argon2id$v=19$m=64,t=2,p=1$vEFxm8CtzckG4oL2MBZOKA$ViNU5A6aLuAo/7zooRx3hFfsXPSWu5PZ99ELlGPWUOw";
  assert.ok(await HASHER.verify("password", hash));
  assert.ok(!(await HASHER.verify("passwore", hash)));
  assert.ok(!HASHER.isCurrent(hash));
});

test("every byte of the longest password counts", async () => {
  const longest = "🐎".repeat(MAX_PASSWORD_LENGTH - 1);
  const hash = await HASHER.hash(`${longest}a`);
  assert.ok(!(await HASHER.verify(`${longest}b`, hash)));
  assert.ok(await HASHER.verify(`${longest}a`, hash));
});

test("nothing matches a damaged hash", async () => {
  for (const damaged of [
    "$argon2id$",
    "$argon2id$v=19$m=19456,t=2,p=1$",
    "$argon2id$v=19$m=19456,t=2,p=1$!!!!$!!!!",
    "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g",
    "$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g",
    "$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$c29tZWhhc2g",
    "$argon2id$v=19$m=64,t=2,p=99$c29tZXNhbHQ$c29tZWhhc2g",
    "$argon2xy$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g",
  ]) {
    assert.ok(!HASHER.reads(damaged), damaged);
    assert.equal(await HASHER.verify("nobody has this password", damaged), false);
  }
});

test("a hash of other parameters, or of an older variant, is hashed again", async () => {
  assert.ok(HASHER.isCurrent(await HASHER.hash(PASSWORD)));
  assert.ok(!HASHER.isCurrent(await hashWeaker(PASSWORD)));
  assert.ok(!HASHER.reads("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g"));
});
