/** MAIL_FROM: one mailbox, without recipients or headers behind it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMailbox } from "../../src/mail/mailbox.ts";
import { mailbox } from "../../src/settings/mailbox.ts";
import { Fault } from "../../src/settings/setting.ts";

const setting = mailbox();

test("a sender is an address, with or without a name", () => {
  for (const [text, name, address] of [
    ["no-reply@example.com", "", "no-reply@example.com"],
    [" Orders <no-reply@example.com> ", "Orders", "no-reply@example.com"],
    ['"Orders, Inc." <no-reply@example.com>', "Orders, Inc.", "no-reply@example.com"],
    ["Über <no-reply@straße.example>", "Über", "no-reply@xn--strae-oqa.example"],
  ] as const) {
    assert.deepEqual(parseMailbox(setting.parse(text, {})), { name, address });
  }
});

test("a sender cannot add recipients or headers", () => {
  for (const text of [
    "",
    "Orders",
    "@example.com",
    "no-reply@",
    "a@example.com, b@example.com",
    "A <a@example.com>, B <b@example.com>",
    "a@example.com\r\nBcc: b@example.com",
    "A\r\nBcc: b@example.com <a@example.com>",
    '"A" <a@example.com> <b@example.com>',
    "team: a@example.com;",
  ]) {
    assert.throws(() => setting.parse(text, {}), Fault, text);
  }
});
