/** SMTP_URL and what MAIL_BACKEND asks of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Fault } from "../../src/settings/setting.ts";
import { smtpUrl } from "../../src/settings/smtp-url.ts";

const setting = smtpUrl();

test("smtp without a server is a fault", () => {
  assert.throws(
    () => setting.parse("", { mailBackend: "smtp" }),
    /is required with MAIL_BACKEND=smtp/,
  );
});

test("no other backend needs a server", () => {
  for (const mailBackend of ["console", "file"]) {
    assert.equal(setting.parse("", { mailBackend }).reveal(), "");
  }
});

test("a server is an SMTP URL, and secret", () => {
  assert.ok(setting.isConfidential);
  for (const url of [
    "smtp://localhost:1025",
    "smtps://mail.example.com",
    "smtps://user:p%40ss@mail.example.com:465",
    "smtp://[::1]:25",
  ]) {
    const parsed = setting.parse(url, { mailBackend: "smtp" });
    assert.equal(parsed.reveal(), url);
    assert.ok(!inspect(parsed).includes(url));
  }
});

test("another text is a fault that does not repeat it", () => {
  for (const url of [
    "mail.example.com",
    "https://user:hunter2@mail.example.com",
    "smtp://",
    "smtp://user:hunter2@",
    "smtp://mail.example.com:0",
    "smtp://mail.example.com:hunter2",
    "smtp://[hunter2",
    "smtp://user:%ffhunter2@mail.example.com",
  ]) {
    assert.throws(
      () => setting.parse(url, { mailBackend: "smtp" }),
      (error) =>
        error instanceof Fault &&
        error.message.startsWith("must look like smtps://") &&
        !error.message.includes("hunter2"),
      url,
    );
  }
});
