/** Normalisation of passwords. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_PASSWORD_LENGTH, newPasswordFault, prepare } from "../../src/auth/password-text.ts";

const COMPOSED = "Zw\u00f6lf B\u00e4ren, \u304c and \ud55c\uae00";
const FORMS = [
  COMPOSED,
  COMPOSED.normalize("NFD"),
  COMPOSED.replaceAll(" ", "\u00a0"),
  COMPOSED.replaceAll(" ", "\u3000"),
];
const NO_PASSWORDS = {
  control: "zw\u0007\u00f6lf B\u00e4ren im Wald",
  "line break": "zw\u00f6lf B\u00e4ren\nim Wald",
  nul: "zw\u00f6lf B\u00e4ren\0im Wald",
  unassigned: "zw\u00f6lf B\u00e4ren im Wald\u0378",
  "private use": "zw\u00f6lf B\u00e4ren im Wald\ue000",
  "no character": "zw\u00f6lf B\u00e4ren im Wald\ufdd0",
  "half a character": "zw\u00f6lf B\u00e4ren im Wald\ud800",
  override: "zw\u00f6lf \u202eB\u00e4ren im Wald",
  "joiner of nothing": "zw\u00f6lf B\u00e4ren im\u200dWald",
  "non-joiner of nothing": "zw\u00f6lf B\u00e4ren im\u200cWald",
  "soft hyphen": "zw\u00f6lf B\u00e4ren im\u00adWald",
  "dot between no l": "zw\u00f6lf B\u00e4ren\u00b7im Wald",
  "dot of no kana": "zw\u00f6lf B\u00e4ren\u30fbim Wald",
  "digits of two kinds": "zw\u00f6lf B\u00e4ren \u0661\u06f1",
  "old jamo": "zw\u00f6lf B\u00e4ren im Wald\u1100",
};
const PASSWORDS = {
  "joiner after a virama": "\u0915\u094d\u200d\u0937 and twelve bears",
  "non-joiner between joining letters": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
  "dot between two l": "paral\u00b7lel",
  "dot in kana": "\u3072\u30fb\u3089",
  emoji: "\u{1f40e}".repeat(12),
};

test("a password is the same however its letters and spaces are typed", () => {
  for (const typed of FORMS) {
    assert.equal(prepare(typed), COMPOSED);
  }
  // Letters that only look alike, and capitals, stay other ones.
  for (const other of [COMPOSED.toLowerCase(), COMPOSED.replace("Z", "\uff3a")]) {
    assert.notEqual(prepare(other), COMPOSED);
  }
});

for (const [kind, typed] of Object.entries(NO_PASSWORDS)) {
  test(`what cannot be typed again everywhere is no password: ${kind}`, () => {
    assert.equal(prepare(typed), undefined);
    assert.match(newPasswordFault(typed) ?? "", /^must not have control characters/);
  });
}

for (const [kind, typed] of Object.entries(PASSWORDS)) {
  test(`what a script needs is part of a password: ${kind}`, () => {
    assert.equal(prepare(typed), typed);
    assert.equal(newPasswordFault(typed), undefined);
  });
}

test("the length is that of the composed letters", () => {
  const longest = "Zwölf Bären, 한글".padEnd(MAX_PASSWORD_LENGTH, "각");
  const typed = longest.normalize("NFD");
  assert.ok([...typed].length > 2 * MAX_PASSWORD_LENGTH);
  assert.equal(prepare(typed), longest);
  assert.equal(prepare(`${typed}x`), undefined);
  assert.equal(newPasswordFault(`${longest}x`), "must have at most 128 characters");
  assert.equal(prepare("\u{1f40e}".repeat(MAX_PASSWORD_LENGTH))?.length, 2 * MAX_PASSWORD_LENGTH);
});

test("no text is no password", () => {
  assert.equal(prepare(""), undefined);
});
