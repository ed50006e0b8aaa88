import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { newId } from "../../src/ids.ts";
import { DecryptionError, FieldCipher, UnknownKeyError } from "../../src/security/encryption.ts";
import { EncryptionKey } from "../../src/settings/encryption-keys.ts";

const newest = new EncryptionKey(randomBytes(32));
const older = new EncryptionKey(randomBytes(32));
const cipher = new FieldCipher([newest, older]);
const place = { table: "things", column: "text", rowId: newId() };
const TEXT = "Milk, bread — 値 😀";

test("a sealed text is unsealed in its place", () => {
  const sealed = cipher.seal(TEXT, place);
  assert.equal(cipher.unseal(sealed, place), TEXT);
  assert.equal(cipher.unseal(cipher.seal("", place), place), "");
  assert.ok(!sealed.includes("Milk"));
  assert.equal(sealed.subarray(0, 4).toString("hex"), newest.id);
});

test("the same text is sealed differently each time", () => {
  assert.notDeepEqual(cipher.seal(TEXT, place), cipher.seal(TEXT, place));
});

test("a value that was moved cannot be read", () => {
  const sealed = cipher.seal(TEXT, place);
  const places = [
    { ...place, rowId: newId() },
    { ...place, column: "title" },
    { ...place, table: "users" },
  ];
  for (const other of places) assert.throws(() => cipher.unseal(sealed, other), DecryptionError);
});

test("no altered byte goes unnoticed", () => {
  const sealed = cipher.seal(TEXT, place);
  for (let index = 0; index < sealed.length; index++) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
    assert.throws(() => cipher.unseal(altered, place), DecryptionError, String(index));
  }
});

test("no truncated value decrypts, nor one with a part of a tag", () => {
  const sealed = cipher.seal("", place);
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => cipher.unseal(sealed.subarray(0, length), place), DecryptionError);
  }
});

test("earlier keys decrypt and the newest encrypts", () => {
  const before = new FieldCipher([older]).seal(TEXT, place);
  assert.equal(cipher.unseal(before, place), TEXT);
  assert.equal(cipher.seal(TEXT, place).subarray(0, 4).toString("hex"), newest.id);
  assert.throws(() => new FieldCipher([newest]).unseal(before, place), UnknownKeyError);
});

test("an error names the place, and nothing of the text", () => {
  const sealed = cipher.seal(TEXT, place);
  assert.throws(
    () => cipher.unseal(sealed, { ...place, column: "title" }),
    (error: Error) => error.message.includes("things.title") && !error.message.includes("Milk"),
  );
});
