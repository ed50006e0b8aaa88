/** A range service of breached passwords: its requests and responses. */

import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { Breaches } from "../../src/auth/breaches.ts";
import { captureLogs } from "../support/logs.ts";
import { listing, type Reply, startRangeService } from "../support/range-service.ts";

const PASSWORD = "a passphrase that was breached";
const DIGEST = hash("sha1", PASSWORD, "hex").toUpperCase();
const PREFIX = DIGEST.slice(0, 5);
const REST = DIGEST.slice(5);

test("a breached password is refused and only a prefix is sent", async (t) => {
  const service = await startRangeService(t);
  service.reply = listing(`${REST}:42`);
  assert.equal(await new Breaches(service.url).contain(PASSWORD), true);
  const [request, ...others] = service.requests;
  assert.deepEqual(others, []);
  assert.equal(request?.method, "GET");
  assert.equal(request?.url, `/range/${PREFIX}`);
  assert.equal(request?.headers["add-padding"], "true");
  assert.ok(!JSON.stringify(request?.rawHeaders).includes(REST));
});

test("any other password is taken", async (t) => {
  const service = await startRangeService(t);
  for (const lines of [[], [`${REST}:0`]]) {
    service.reply = listing(...lines);
    assert.equal(await new Breaches(service.url).contain(PASSWORD), false);
  }
  assert.equal(service.requests.length, 2);
});

const FAILURES: Readonly<Record<string, Reply>> = {
  silent: () => {},
  failing: (_, response) => response.writeHead(503).end(),
  redirecting: (_, response) => response.writeHead(302, { location: "/moved" }).end(),
  "no list": (_, response) => response.end("<html>"),
  "no text": (_, response) => response.end(Buffer.from([0xff, 0xfe])),
  endless: (_, response) => response.end(`${REST}:42\r\n`.repeat(20_000)),
  dripping: (_, response) => response.write(`${REST}:42\r\n`),
};

test("a failed look-up is logged and accepts the password", async (t) => {
  for (const [kind, reply] of Object.entries(FAILURES)) {
    const service = await startRangeService(t);
    service.reply = reply;
    const lines = captureLogs();
    assert.equal(await new Breaches(service.url, 200).contain(PASSWORD), false, kind);
    const [line, ...others] = lines;
    assert.deepEqual(others, [], kind);
    assert.equal(line?.["event"], "password.breach_check.failed");
    assert.ok(!JSON.stringify(line).includes(PREFIX));
    assert.equal(service.requests.length, 1);
  }
});

test("an unreachable service blocks no password", async () => {
  const lines = captureLogs();
  assert.equal(await new Breaches("http://127.0.0.1:9/range").contain(PASSWORD), false);
  assert.equal(lines.length, 1);
});

test("nobody is asked unless a service is named", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch");
  assert.equal(await new Breaches("").contain(PASSWORD), false);
  assert.equal(fetched.mock.callCount(), 0);
});
