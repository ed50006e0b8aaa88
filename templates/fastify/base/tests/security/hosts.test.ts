import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../support/client.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { exchange, listen, statusOf } from "../support/sockets.ts";

const HOSTS = { ALLOWED_HOSTS: "api.example.com,*.internal.test,[::1]" };

test("hosts of the list are served", async (t) => {
  const { client } = await startService(t, HOSTS);
  for (const host of ["api.example.com", "API.example.com:8443", "a.internal.test", "[::1]:80"]) {
    problemOf(await client.get("/nowhere", { headers: { host } }), 404);
  }
});

test("any other host is refused on every path", async (t) => {
  const { client } = await startService(t, HOSTS);
  const hosts = [
    "evil.example",
    "evil-api.example.com",
    "api.example.com.evil.example",
    "evil.example/.internal.test",
    "evil.example#.internal.test",
    "user@api.example.com",
    "internal.test",
    ".internal.test",
    "a..internal.test",
    "api.example.com.",
    "api.example.com:",
    "api.example.com:80:80",
    "api.example.com:port",
    "api.example.com,api.example.com",
    "[::2]",
  ];
  for (const host of hosts) {
    for (const path of ["/", "/nowhere", "/api/v1/users/me", "/health/other", "/health%2Flive"]) {
      problemOf(await client.get(path, { headers: { host } }), 400);
    }
  }
});

test("a second host is refused, and so is none", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  const ask = (path: string, ...hosts: string[]) =>
    exchange(
      port,
      [
        `GET ${path} HTTP/1.1`,
        ...hosts.map((host) => `Host: ${host}`),
        "Connection: close",
        "",
        "",
      ].join("\r\n"),
    );
  assert.equal(statusOf(await ask("/nowhere", "localhost")), 404);
  for (const path of ["/nowhere", "/health/live"]) {
    assert.equal(statusOf(await ask(path, "localhost", "evil.example")), 400);
    assert.equal(statusOf(await ask(path, "evil.example", "localhost")), 400);
  }
  const none = await ask("/nowhere");
  assert.equal(statusOf(none), 400);
  assert.match(none, /x-content-type-options: nosniff/);
});

test("a probe may call any host", async (t) => {
  const { client } = await startService(t, HOSTS);
  for (const path of ["/health/live", "/health/ready"]) {
    for (const host of ["10.1.2.3:8000", "evil.example"]) {
      assert.equal((await client.get(path, { headers: { host } })).statusCode, 200);
    }
  }
});

test("a forwarded host of an untrusted peer is ignored", async (t) => {
  const { client } = await startService(t, { ...HOSTS, TRUSTED_PROXIES: "10.0.0.0/8" });
  const headers = {
    host: "evil.example",
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-host": "api.example.com",
  };
  problemOf(await client.get("/nowhere", { headers }), 400);
});

test("a proxy that calls by another host says which one was asked for", async (t) => {
  const { app } = await startService(t, { ...HOSTS, TRUSTED_PROXIES: "10.0.0.0/8" });
  const proxy = new Client(app, "10.0.0.1");
  for (const [forwarded, status] of [
    ["api.example.com", 404],
    ["evil.example", 400],
  ] as const) {
    const headers = {
      host: "service:8000",
      "x-forwarded-for": "192.0.2.7",
      "x-forwarded-host": forwarded,
    };
    problemOf(await proxy.get("/nowhere", { headers }), status);
  }
});

test("a star serves any host, but nothing that is none", async (t) => {
  const { client } = await startService(t, { ALLOWED_HOSTS: "*" });
  problemOf(await client.get("/nowhere", { headers: { host: "any.example" } }), 404);
  problemOf(await client.get("/nowhere", { headers: { host: "a/b" } }), 400);
});
