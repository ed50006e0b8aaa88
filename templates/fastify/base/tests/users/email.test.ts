/** The normal form of e-mail addresses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf } from "../../src/formats.ts";
import { normalEmail } from "../../src/users/email.ts";

const faultOf = (text: string): string | undefined => formatOf("email").fault(text);

test("an address has one form", () => {
  const forms = {
    "Ann.Lee@Example.COM": "ann.lee@example.com",
    "ann@BÜCHER.example": "ann@bücher.example",
    "ann@xn--bcher-kva.example": "ann@bücher.example",
    "ann+list@例え.テスト.example": "ann+list@例え.テスト.example",
  };
  for (const [typed, stored] of Object.entries(forms)) {
    assert.equal(normalEmail(typed), stored);
    assert.equal(faultOf(typed), undefined);
  }
});

test("what is no address is refused", () => {
  const none = [
    "ann",
    "ann@",
    "@example.com",
    "ann@@example.com",
    "a b@example.com",
    "a@b@example.com",
    ".ann@example.com",
    "ann.@example.com",
    "a..n@example.com",
    "ann@example",
    "ann@example.1",
    "ann@-a.example.com",
    "ann@a..example.com",
    "ann@127.0.0.1",
    "ann@[127.0.0.1]",
    "ann@localhost",
    "ann@service.local",
    "ann@example.com,bob@example.com",
    "ann@example.com\r\nBcc: bob@example.com",
    "ann@exam%70le.com",
    "ann@example.com:25",
    "ann@xn--a.com",
    '"ann"@example.com',
    "ann\u200b@example.com",
    `${"a".repeat(65)}@example.com`,
    `ann@${"a.".repeat(130)}com`,
  ];
  for (const text of none) {
    assert.equal(normalEmail(text), undefined, text);
    assert.equal(faultOf(text), "is not an e-mail address", text);
  }
});

test("a local part outside ASCII is refused", () => {
  for (const text of [
    "änn@example.com",
    "\u0430nn@example.com",
    "\u212aate@example.com",
    "用户@例え.example",
  ]) {
    assert.match(faultOf(text) ?? "", /nothing but ASCII characters before the @/);
  }
});
