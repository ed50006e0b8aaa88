import assert from "node:assert/strict";
import { test } from "node:test";
import { loadSettings, SettingsError } from "../../src/settings/index.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";

const PATH = "/.well-known/security.txt";

test("without a contact there is no file", async (t) => {
  problemOf(await (await startService(t)).client.get(PATH), 404);
});

test("the file has the fields of the standard", async (t) => {
  const { client } = await startService(t, {
    SECURITY_CONTACT: "security@example.com,https://example.com/report",
    SECURITY_TXT_URLS: "https://api.example.com/.well-known/security.txt",
    SECURITY_LANGUAGES: "en,de",
  });
  const answer = await client.get(PATH);
  assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
  const [first, second, expires = "", canonical, languages, ...rest] = answer.body.split("\r\n");
  assert.equal(first, "Contact: mailto:security@example.com");
  assert.equal(second, "Contact: https://example.com/report");
  assert.match(expires, /^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const days = (Date.parse(expires.slice(9)) - Date.now()) / 86_400_000;
  assert.ok(days > 179 && days < 181);
  assert.equal(canonical, "Canonical: https://api.example.com/.well-known/security.txt");
  assert.equal(languages, "Preferred-Languages: en, de");
  assert.deepEqual(rest, [""]);
  problemOf(await client.get(`${PATH}?x=1`), 422);
});

test("values that could forge a field are refused", () => {
  const forged = {
    SECURITY_CONTACT: "security@example.com\r\nExpires: never",
    SECURITY_TXT_URLS: "https://example.com/\nContact: x",
    SECURITY_LANGUAGES: "en\nContact: x",
  };
  for (const [name, value] of Object.entries(forged)) {
    const environment = { ...ENVIRONMENT, DATABASE_URL: "wrong", [name]: value };
    assert.throws(
      () => loadSettings({ environment, file: {} }),
      (error) =>
        error instanceof SettingsError &&
        error.faults.some((fault) => fault.startsWith(`${name}:`)),
    );
  }
});
