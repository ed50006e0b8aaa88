import assert from "node:assert/strict";
import { test } from "node:test";
import { contacts, httpsUrls, languages } from "../../src/settings/contacts.ts";
import { encryptionKeys } from "../../src/settings/encryption-keys.ts";
import { hosts, isLoopback, networks, origins, rootPath } from "../../src/settings/network.ts";
import { boolean, integer, word } from "../../src/settings/plain.ts";
import { rate } from "../../src/settings/rate.ts";
import { Secret, secret, secrets, weakness } from "../../src/settings/secret.ts";
import { Fault, type Setting } from "../../src/settings/setting.ts";

const RANDOM = "Zk3vT9pQ1xW7mB5nL8rF2dH6jS4gY0cU-aE";
const KEY = "mY1nq7Q8l0cF2bJ5sT9wV3xZ6dH4gK8pR1tU7vW0yE4=";

const parse = <T>(setting: Setting<T>, text: string): T => setting.parse(text, {}, "name");
const refuses = <T>(setting: Setting<T>, texts: readonly string[]): void => {
  for (const text of texts) assert.throws(() => parse(setting, text), Fault, text);
};
const unsafe = <T>(setting: Setting<T>, text: string): string | undefined =>
  setting.unsafe?.(parse(setting, text), {});

test("words are read without regard to case", () => {
  const level = word(["debug", "info"]);
  assert.equal(parse(level, " INFO "), "info");
  refuses(level, ["", "trace"]);
});

test("switches and numbers are read, and what only looks like them is refused", () => {
  const on = boolean({ offInProduction: true });
  assert.deepEqual(
    ["true", "1", "YES", "on"].map((text) => parse(on, text)),
    [true, true, true, true],
  );
  assert.equal(parse(on, "off"), false);
  refuses(on, ["", "2", "enabled"]);
  assert.equal(unsafe(on, "true"), "must be off in production");
  const number = integer({ min: 1, max: 100 });
  assert.equal(parse(number, " 42 "), 42);
  refuses(number, ["", "0", "101", "1e1", "0x10", "4.0", "NaN", "Infinity"]);
});

test("rates have a number and a window, and those that slow nobody down are unsafe", () => {
  assert.deepEqual(parse(rate(), "5/minute"), { requests: 5, seconds: 60 });
  refuses(rate(), ["", "5", "0/minute", "-1/minute", "5/week", "5/minute/hour"]);
  assert.equal(unsafe(rate(), "10000/minute"), undefined);
  assert.match(unsafe(rate(), "200/second") ?? "", /at most 10000\/minute/);
});

test("production refuses secrets that can be guessed", () => {
  const faults = new Map([
    ["short", "is shorter than 32 bytes"],
    [`changeme-${RANDOM}`, "is a placeholder; `node src/cli.ts rotate-keys` prints a fresh one"],
    ["a".repeat(64), "is too predictable; `node src/cli.ts rotate-keys` prints a fresh one"],
    ["abc123".repeat(20), "is too predictable; `node src/cli.ts rotate-keys` prints a fresh one"],
    [
      Array.from({ length: 64 }, (_, index) => String.fromCharCode(48 + index)).join(""),
      "is too predictable; `node src/cli.ts rotate-keys` prints a fresh one",
    ],
  ]);
  for (const [text, fault] of faults) assert.equal(weakness(new Secret(text)), fault);
  assert.equal(weakness(new Secret(RANDOM)), undefined);
  assert.equal(unsafe(secret(), "short"), "is shorter than 32 bytes");
  assert.equal(unsafe(secrets(), `${RANDOM},short`), "is shorter than 32 bytes");
  refuses(secret(), [""]);
});

test("encryption keys are 32 bytes of base64, newest first", () => {
  const other = Buffer.alloc(32, 7).toString("base64");
  const [newest, older] = parse(encryptionKeys(), `${KEY}, ${other}`);
  assert.match(newest.id, /^[0-9a-f]{8}$/);
  assert.notEqual(newest.id, older?.id);
  assert.equal(newest.reveal().toString("base64"), KEY);
  // Node's decoder would skip what is not base64, and take a shorter key.
  refuses(encryptionKeys(), ["", "!!!", `${KEY.slice(0, -1)}!`, "c2hvcnQ=", `${KEY}${KEY}`]);
  assert.match(unsafe(encryptionKeys(), other) ?? "", /too predictable/);
});

test("origins are those that browsers send", () => {
  const given =
    "https://App.Example.com:443/,capacitor://localhost,http://b.test:8080,https://bücher.example";
  assert.deepEqual(parse(origins(), given), [
    "https://app.example.com",
    "capacitor://localhost",
    "http://b.test:8080",
    "https://xn--bcher-kva.example",
  ]);
  refuses(origins(), [
    "app.example.com",
    "https://a.test/path",
    "https://u:p@a.test",
    "https://*.a.test",
    "file:///x",
    "javascript://x",
    "https://a.test?x",
  ]);
  assert.match(unsafe(origins(), "*") ?? "", /lets every web site in/);
  assert.match(unsafe(origins(), "null") ?? "", /sandboxed/);
  assert.match(unsafe(origins(), "http://a.test") ?? "", /https/);
});

test("hosts are names, and wildcards under which anyone can register are unsafe", () => {
  assert.deepEqual(parse(hosts(), "API.example.com,*.internal.test,[::1]"), [
    "api.example.com",
    "*.internal.test",
    "[::1]",
  ]);
  refuses(hosts(), ["https://a.test", "a.test:80", "*.*.test", "a test"]);
  for (const text of ["", "*", "*.com", "*.co.uk", "*.github.io", "*.vercel.app"]) {
    assert.notEqual(unsafe(hosts(), text), undefined, text);
  }
  assert.equal(unsafe(hosts(), "*.example.com"), undefined);
});

test("proxies are addresses and ranges, and those that anyone is in are unsafe", () => {
  const [range, single] = parse(networks(), "10.1.2.3/8, ::1");
  assert.deepEqual([String(range), String(single)], ["10.0.0.0/8", "::1/128"]);
  refuses(networks(), ["*", "proxy", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/x", "::/129"]);
  for (const text of ["0.0.0.0/0", "0.0.0.0/7", "::/0", "2000::/3", "fc00::/6"]) {
    assert.match(unsafe(networks(), text) ?? "", /lets anyone forge/, text);
  }
  assert.equal(unsafe(networks(), "10.0.0.0/8,fc00::/7,2001:db8::/32"), undefined);
});

test("the prefix is a path of this host", () => {
  assert.equal(parse(rootPath(), "/orders/v2/"), "/orders/v2");
  assert.equal(parse(rootPath(), ""), "");
  refuses(rootPath(), ["orders", "/a/../b", "//host", "/a?b", "https://a.test/"]);
});

test("contacts, URLs and languages cannot start a line of their own", () => {
  assert.deepEqual(parse(contacts(), "sec@example.com,https://example.com/report,tel:+123"), [
    "mailto:sec@example.com",
    "https://example.com/report",
    "tel:+123",
  ]);
  refuses(contacts(), ["http://example.com", "sec@a.test\r\nExpires: never", "nobody"]);
  refuses(contacts(), ["https://a.test\r\nExpires: never"]);
  assert.deepEqual(parse(httpsUrls(), "https://example.com/x"), ["https://example.com/x"]);
  refuses(httpsUrls(), ["http://example.com", "https://a.test\nX: y"]);
  assert.deepEqual(parse(languages(), "en, pt-BR"), ["en", "pt-BR"]);
  refuses(languages(), ["e", "en_US"]);
});

test("only this machine is a loopback", () => {
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
    assert.ok(isLoopback(host), host);
  }
  for (const host of ["", "localhost.evil.test", "10.0.0.1", "::2", "127.0.0.1.evil.test"]) {
    assert.ok(!isLoopback(host), host);
  }
});
