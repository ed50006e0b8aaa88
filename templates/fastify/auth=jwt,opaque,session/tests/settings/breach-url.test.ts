/** PASSWORD_BREACH_URL: none by default, and HTTPS in production. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { breachUrl } from "../../src/settings/breach-url.ts";
import { SETTINGS } from "../../src/settings/model.ts";
import { Fault } from "../../src/settings/setting.ts";

const setting = breachUrl();

test("no service is asked by default", () => {
  assert.equal(SETTINGS.passwordBreachUrl.default, "");
  assert.equal(setting.parse("", {}), "");
});

test("a service is a URL", () => {
  for (const url of ["https://api.pwnedpasswords.com/range/", "http://127.0.0.1:8080"]) {
    assert.equal(setting.parse(url, {}), url.replace(/\/$/, ""));
  }
});

test("another text is a fault that does not repeat it", () => {
  for (const url of [
    "hunter2",
    "ftp://hunter2.example.com",
    "https://",
    "https://user:hunter2@example.com",
    "https://example.com/range?key=hunter2",
    "https://example.com/range#hunter2",
    "https://example.com:0/hunter2",
    "https://[hunter2",
  ]) {
    assert.throws(
      () => setting.parse(url, {}),
      (error) =>
        error instanceof Fault &&
        error.message.includes("must look like https://") &&
        !error.message.includes("hunter2"),
      url,
    );
  }
});

test("production contacts the service over HTTPS only", () => {
  assert.equal(setting.unsafe?.("http://range.example.com", {}), "must be https://");
  assert.equal(setting.unsafe?.("https://range.example.com", {}), undefined);
  assert.equal(setting.unsafe?.("", {}), undefined);
});
