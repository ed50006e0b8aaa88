import assert from "node:assert/strict";
import { test } from "node:test";
import { BadRequest } from "../../src/errors.ts";
import { parseForm } from "../../src/security/forms.ts";

const form = (text: string): Record<string, string> => ({ ...parseForm(Buffer.from(text)) });

test("a form is decoded, and a field without a value counts as missing", () => {
  assert.deepEqual(form("a=1+2%26&b=%C3%BC&&c=&d"), { a: "1 2&", b: "ü" });
});

test("an ambiguous form is refused", () => {
  const forms = ["a=1&a=2", "a=1&%61=2", "a=&a=1", "a=%00", "%00=a", "a=%FF", "a=%zz", "a=%C3"];
  for (const text of forms) assert.throws(() => form(text), BadRequest, text);
  assert.throws(() => parseForm(Buffer.from([0x61, 0x3d, 0xff])), BadRequest);
});

test("a field cannot set the prototype", () => {
  const fields = parseForm(Buffer.from("__proto__=x&constructor=y"));
  assert.deepEqual(Object.entries(fields), [
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
  assert.equal(Object.getPrototypeOf(fields), null);
});

test("a form of many fields or of many bytes is refused", () => {
  const fields = (count: number): string =>
    Array.from({ length: count }, (_, index) => `f${index}=1`).join("&");
  assert.equal(Object.keys(form(fields(100))).length, 100);
  assert.throws(() => form(fields(101)), BadRequest);
  assert.throws(() => form("&".repeat(16_000)), BadRequest);
  assert.throws(() => form(`a=${"x".repeat(16_384)}`), BadRequest);
});
