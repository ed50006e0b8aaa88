import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf } from "../src/formats.ts";
import "../src/text.ts";

const faultOf = (text: string): string | undefined => formatOf("line").fault(text);

test("names of all languages are lines", () => {
  for (const text of ["Ada Lovelace", "O'Brien-Łuć", "می‌خواهم", "क्‍ष", "名前", "👩", "a\u00a0b"]) {
    assert.equal(faultOf(text), undefined, text);
  }
});

test("a deceptive name is refused", () => {
  const texts = [
    "a\nb",
    "a\r",
    "\0",
    "a\u2028b",
    "a\u202eb",
    "a\u200bb",
    "\u200da",
    "a \u200db",
    "a\ufeff",
    "a\u001b[31m",
    "\ue000",
    "\u{e0001}",
  ];
  for (const text of texts) assert.notEqual(faultOf(text), undefined, JSON.stringify(text));
});
