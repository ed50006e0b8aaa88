/** bcrypt as passwords are stored with it, and what it cannot read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HASHER, MAX_PASSWORD_BYTES } from "../../src/auth/password-hasher.ts";
import { NEW_PASSWORD } from "../../src/auth/password-schemas.ts";
import { formatOf } from "../../src/formats.ts";
import { hashAsInProduction, hashWeaker } from "../support/hashing.ts";
import { PASSWORD } from "../support/passwords.ts";

// 72 bytes, of one and of more bytes a character.
const LONGEST = ["a".repeat(72), "é".repeat(36), "字".repeat(24), "🐎".repeat(18)];

test("a stored hash is bcrypt with cost 12", async () => {
  const hash = await hashAsInProduction(PASSWORD);
  assert.match(hash, /^\$2b\$12\$/);
  assert.ok(await HASHER.verify(PASSWORD, hash));
});

test("every byte of the longest password counts", async () => {
  for (const longest of LONGEST) {
    assert.equal(Buffer.byteLength(longest), MAX_PASSWORD_BYTES);
    const hash = await HASHER.hash(longest);
    assert.ok(await HASHER.verify(longest, hash));
    const other = [...longest].with(-1, "b").join("");
    assert.ok(!(await HASHER.verify(other, hash)));
  }
});

test("a longer password is never cut short", async () => {
  for (const longest of LONGEST) {
    await assert.rejects(HASHER.hash(`${longest}a`), /shorten/);
    assert.ok(!(await HASHER.verify(`${longest}a`, await HASHER.hash(longest))));
  }
});

test("a password of more than 72 bytes cannot be set", () => {
  const { fault } = formatOf(NEW_PASSWORD.format);
  for (const longest of LONGEST) {
    assert.equal(fault(longest), undefined);
    assert.equal(fault(`${longest}a`), "must have at most 72 bytes in UTF-8");
  }
  // Composed letters have fewer bytes than typed ones.
  assert.equal(fault("é".repeat(36).normalize("NFD")), undefined);
});

test("a damaged hash is not read", async () => {
  for (const damaged of [
    "$2b$",
    `$2b$99$${"a".repeat(53)}`,
    `$2b$03$${"a".repeat(53)}`,
    `$2b$12$${"a".repeat(52)}`,
    `$2c$12$${"a".repeat(53)}`,
  ]) {
    assert.ok(!HASHER.reads(damaged), damaged);
  }
  const hash = await HASHER.hash(PASSWORD);
  assert.ok(!(await HASHER.verify("nobody has this password", hash)));
});

test("a hash of another cost, or of an older variant, is hashed again", async () => {
  const hash = await HASHER.hash(PASSWORD);
  assert.ok(HASHER.isCurrent(hash));
  assert.ok(!HASHER.isCurrent(await hashWeaker(PASSWORD)));
  const older = hash.replace("$2b$", "$2a$");
  assert.ok(HASHER.reads(older) && (await HASHER.verify(PASSWORD, older)));
  assert.ok(!HASHER.isCurrent(older));
});
