import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { type Network, parseNetwork } from "../../src/security/addresses.ts";
import { callerOf } from "../../src/security/client-address.ts";

const TRUSTED = ["10.0.0.0/8", "2001:db8::/32"].map(parseNetwork) as Network[];

const caller = (headers: Record<string, string>, peer = "10.0.0.1", trusted = TRUSTED) =>
  callerOf(trusted)({
    headers: { host: "service:8000", ...headers },
    socket: { remoteAddress: peer },
  } as unknown as IncomingMessage);

const addressOf = (headers: Record<string, string>, peer?: string) => caller(headers, peer).address;

test("a trusted proxy tells who calls", () => {
  const cases: [Record<string, string>, string][] = [
    [{ "x-forwarded-for": "192.0.2.7" }, "192.0.2.7"],
    [{ "x-forwarded-for": "203.0.113.9, 192.0.2.7" }, "192.0.2.7"],
    [{ "x-forwarded-for": "203.0.113.9, 192.0.2.7, 10.9.9.9" }, "192.0.2.7"],
    [{ "x-forwarded-for": "192.0.2.7:4711" }, "192.0.2.7"],
    [{ "x-forwarded-for": "[2001:DB9::1]:443" }, "2001:db9::1"],
    [{ "x-forwarded-for": "::ffff:192.0.2.7" }, "192.0.2.7"],
    [{ forwarded: 'for="[2001:db9::1]:4711";proto=https' }, "2001:db9::1"],
    [{ forwarded: "for=203.0.113.9, For=192.0.2.7" }, "192.0.2.7"],
    [{ forwarded: "for=192.0.2.7", "x-forwarded-for": "192.0.2.7" }, "192.0.2.7"],
    [{ forwarded: "for=192.0.2.7", "x-forwarded-proto": "https" }, "192.0.2.7"],
  ];
  for (const [headers, address] of cases)
    assert.equal(addressOf(headers), address, JSON.stringify(headers));
});

test("what is no address hides nobody: the last hop that is known counts", () => {
  const fields = ["<script>", "unknown", "_hidden", "1.2.3", "", ",", "192.0.2.7 evil"];
  for (const field of fields) {
    assert.equal(addressOf({ "x-forwarded-for": `192.0.2.99, ${field}` }), "10.0.0.1", field);
  }
  const broken = [
    'for="a, for=192.0.2.7"',
    "for=192.0.2.7;for=192.0.2.8",
    "by=192.0.2.7",
    "for=192.0.2.7;x",
  ];
  for (const forwarded of broken) assert.equal(addressOf({ forwarded }), "10.0.0.1", forwarded);
});

test("two fields that name different clients name none", () => {
  const headers = { forwarded: "for=192.0.2.7", "x-forwarded-for": "192.0.2.8" };
  assert.equal(addressOf(headers), "10.0.0.1");
});

test("forwarding headers of clients are ignored", () => {
  const forged = {
    "x-forwarded-for": "10.0.0.9",
    forwarded: "for=10.0.0.9",
    "x-forwarded-proto": "http",
    "x-forwarded-host": "evil",
  };
  for (const peer of ["192.0.2.1", "2001:db9::1", "::ffff:192.0.2.1"]) {
    const who = caller(forged, peer);
    assert.notEqual(who.address, "10.0.0.9");
    assert.deepEqual([who.scheme, who.host], ["", "service:8000"]);
  }
  assert.equal(caller(forged, "10.0.0.1", []).address, "10.0.0.1");
});

test("a peer of a socket for both families is one client", () => {
  assert.equal(addressOf({}, "::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(addressOf({}, "fe80::1%eth0"), "fe80::1");
  assert.equal(addressOf({ "x-forwarded-for": "192.0.2.7" }, "::ffff:10.0.0.1"), "192.0.2.7");
  assert.equal(addressOf({}, ""), undefined);
});

test("scheme and host are those that the client asked for", () => {
  const forwarded = {
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-proto": "HTTPS",
    "x-forwarded-host": "api.example.com",
  };
  assert.deepEqual(caller(forwarded), {
    address: "192.0.2.7",
    scheme: "https",
    host: "api.example.com",
  });
  const chain = {
    ...forwarded,
    "x-forwarded-for": "192.0.2.7, 10.0.0.5",
    "x-forwarded-proto": "http, https",
  };
  assert.equal(caller(chain).scheme, "http");
  assert.equal(caller({ ...forwarded, "x-forwarded-proto": "gopher" }).scheme, "");
  const other = "for=192.0.2.7;proto=https;host=other.example.com";
  assert.equal(caller({ ...forwarded, forwarded: other }).host, "service:8000");
});

test("a proxy that says plain HTTP is believed, whoever the client is", () => {
  const asked = { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "http" };
  const cases: Record<string, string>[] = [
    asked,
    { "x-forwarded-proto": "http" },
    { ...asked, "x-forwarded-for": "" },
    { ...asked, "x-forwarded-for": "unknown" },
    { forwarded: "proto=http" },
    { forwarded: "for=unknown;proto=http" },
    { forwarded: "for=_hidden;proto=HTTP" },
    { forwarded: "for=192.0.2.7;for=192.0.2.8;proto=http" },
    { forwarded: "for=192.0.2.7;proto=http;x" },
    // What the client sent itself passes a proxy that knows one of the two alone.
    { ...asked, forwarded: "for=203.0.113.9" },
    { ...asked, forwarded: "for=192.0.2.7;proto=https" },
    { "x-forwarded-proto": "http", forwarded: "for=192.0.2.7;proto=https" },
  ];
  for (const headers of cases)
    assert.equal(caller(headers).scheme, "http", JSON.stringify(headers));
  const safe = { "x-forwarded-for": "192.0.2.7, 10.0.0.5", "x-forwarded-proto": "https, http" };
  assert.equal(caller(safe).scheme, "https");
});

test("a chain without end is read from its end", () => {
  const field = `${"192.0.2.9, ".repeat(50_000)}192.0.2.7`;
  assert.equal(addressOf({ "x-forwarded-for": field }), "192.0.2.7");
  // No chain of proxies is this long: entries before them are not read.
  const proxies = `203.0.113.66${", 10.0.0.2".repeat(3_000)}`;
  assert.equal(addressOf({ "x-forwarded-for": proxies }), "10.0.0.2");
});
