/** Who may continue a trace: a trusted proxy, and nobody else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parentOf } from "../../src/telemetry/trace-parents.ts";
import { Client } from "../support/client.ts";
import { type Collector, tracedService } from "../support/collector.ts";
import type { Scope } from "../support/service.ts";
import { exchange, listen } from "../support/sockets.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const PARENT = `00-${TRACE}-${SPAN}-01`;
const LEFT_OUT = `00-${TRACE}-${SPAN}-00`;
const PROXY = "10.0.0.1";
const CLIENT = "192.0.2.7";
const ME = "GET /api/v1/users/me";

/** Returns what arrives of one request from an address. */
const traced = async (scope: Scope, address: string, traceparent: string): Promise<Collector> => {
  const service = await tracedService(scope, { TRUSTED_PROXIES: "10.0.0.0/8" });
  await new Client(service.app, address).get("/api/v1/users/me", {
    headers: {
      traceparent,
      tracestate: "vendor=hunter2",
      baggage: "user=hunter2",
      "x-forwarded-for": CLIENT,
    },
  });
  await service.stop();
  return service.collector;
};

test("a client continues no trace", async (t) => {
  const [span, ...others] = (await traced(t, CLIENT, PARENT)).named(ME);
  assert.equal(others.length, 0);
  assert.notEqual(span?.traceId, TRACE);
  assert.equal(span?.parentId, "");
});

test("a client cannot have its trace left out", async (t) => {
  assert.equal((await traced(t, CLIENT, LEFT_OUT)).named(ME).length, 1);
});

test("a trusted proxy continues its trace", async (t) => {
  const collector = await traced(t, PROXY, PARENT);
  const [span] = collector.named(ME);
  assert.deepEqual([span?.traceId, span?.parentId], [TRACE, SPAN]);
  assert.ok(!collector.text.includes("hunter2"));
});

test("a trusted proxy decides what is kept", async (t) => {
  assert.deepEqual((await traced(t, PROXY, LEFT_OUT)).spans, []);
});

test("what is no parent begins a new trace", async (t) => {
  const given = [PARENT + "0".repeat(8_000), `${PARENT}-more`, PARENT.toUpperCase(), ""];
  for (const traceparent of given) {
    const [span] = (await traced(t, PROXY, traceparent)).named(ME);
    assert.notEqual(span?.traceId, TRACE);
    assert.equal(span?.parentId, "");
  }
});

test("two parents are none", async (t) => {
  const service = await tracedService(t, { TRUSTED_PROXIES: "127.0.0.0/8" });
  const port = await listen(service.app);
  const field = `traceparent: ${PARENT}\r\n`;
  const end = "Host: localhost\r\nConnection: close\r\n\r\n";
  await exchange(port, `GET /api/v1/users/me HTTP/1.1\r\n${field}${field}${end}`);
  await exchange(port, `GET /api/v1/users/me HTTP/1.1\r\n${field}${end}`);
  await service.stop();
  const traces = service.collector.named(ME).map(({ traceId }) => traceId === TRACE);
  assert.deepEqual(traces, [false, true]);
});

test("a parent has one form", () => {
  for (const text of [
    "",
    "00",
    "x".repeat(10_000),
    `01-${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-01\n`,
    `00-${TRACE}-${SPAN}-\u0660\u0661`,
    `00_${TRACE}_${SPAN}_01`,
    ` ${PARENT}`,
  ]) {
    assert.equal(parentOf(text), undefined, text);
  }
  assert.deepEqual(parentOf(PARENT), {
    traceId: TRACE,
    spanId: SPAN,
    isKept: true,
    isRemote: true,
  });
  assert.equal(parentOf(LEFT_OUT)?.isKept, false);
});
