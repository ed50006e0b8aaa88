import assert from "node:assert/strict";
import { test } from "node:test";
import { redisUrl } from "../../src/settings/redis-url.ts";
import { Fault } from "../../src/settings/setting.ts";

const unsafe = (text: string, given = {}): string | undefined =>
  redisUrl().unsafe?.(redisUrl().parse(text, {}), given);

test("a url names a server, and no options of the client", () => {
  for (const text of [
    "redis://localhost",
    "rediss://user:secret@redis.internal:6380/3",
    "redis://[::1]:6379",
  ]) {
    assert.equal(redisUrl().parse(text, {}).reveal(), text);
  }
  for (const text of [
    "",
    "localhost:6379",
    "http://a",
    "redis://",
    "redis://a:0",
    "redis://a/x",
    "redis://a?tls=no",
    "redis://a#b",
    "redis://a:99999",
    "redis://:%zz@a",
  ]) {
    assert.throws(() => redisUrl().parse(text, {}), Fault, text);
  }
});

test("production refuses another machine without tls", () => {
  assert.match(unsafe("redis://:J7pQ2m@redis.internal") ?? "", /without TLS/);
  assert.equal(
    unsafe("redis://:J7pQ2m@redis.internal", { allowPlaintextBackends: true }),
    undefined,
  );
  for (const text of [
    "rediss://:J7pQ2m@redis.internal",
    "redis://127.0.0.1",
    "redis://[::1]",
    "redis://localhost",
  ]) {
    assert.equal(unsafe(text), undefined, text);
  }
});

test("production refuses a wellknown password", () => {
  for (const password of ["redis", "Foobared", "password123", "changeme!", "admin", "%72edis"]) {
    assert.equal(unsafe(`rediss://:${password}@a`), "has a well-known password", password);
  }
  assert.equal(unsafe("rediss://app-user:app-user@a"), "has a well-known password");
});
