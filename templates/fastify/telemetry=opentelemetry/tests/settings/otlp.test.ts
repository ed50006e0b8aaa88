/** Where traces go, what lets the service in there, and how many are kept. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { SETTINGS } from "../../src/settings/model.ts";
import { otlpEndpoint } from "../../src/settings/otlp-endpoint.ts";
import { headersOf, otlpHeaders } from "../../src/settings/otlp-headers.ts";
import { ratio } from "../../src/settings/ratio.ts";
import { Fault } from "../../src/settings/setting.ts";

/** Checks that a text is refused, and that the fault does not repeat it. */
const refuses = (parse: () => unknown, message: string, given: string): void => {
  assert.throws(
    parse,
    (error) =>
      error instanceof Fault &&
      error.message.includes(message) &&
      !error.message.includes("hunter2"),
    given,
  );
};

test("nothing is traced by default", () => {
  assert.equal(SETTINGS.otelExporterOtlpEndpoint.default, "");
  assert.equal(otlpEndpoint().parse("", {}), "");
});

test("an endpoint is a URL without what is behind its path", () => {
  for (const [given, kept] of [
    ["http://localhost:4318", "http://localhost:4318"],
    ["https://collector.example.com/otlp/", "https://collector.example.com/otlp"],
    ["http://[::1]:4318/", "http://[::1]:4318"],
  ] as const) {
    assert.equal(otlpEndpoint().parse(given, {}), kept);
  }
});

test("any other endpoint is refused without its value", () => {
  for (const given of [
    "hunter2",
    "localhost:4318",
    "grpc://collector.example.com:4317",
    "https://",
    "https://:4318",
    "https://hunter2:hunter2@collector.example.com",
    "https://collector.example.com?token=hunter2",
    "https://collector.example.com#hunter2",
    "https://collector.example.com:port",
    "https://collector.example.com:0",
    "https://[::1",
  ]) {
    refuses(() => otlpEndpoint().parse(given, {}), "without credentials", given);
  }
});

test("production reaches another machine over TLS", () => {
  const unsafe = (endpoint: string, given = {}) => otlpEndpoint().unsafe?.(endpoint, given);
  assert.match(unsafe("http://collector.example.com:4318") ?? "", /without TLS/);
  assert.equal(unsafe("https://collector.example.com:4318"), undefined);
  assert.equal(unsafe("http://127.0.0.1:4318"), undefined);
  assert.equal(unsafe(""), undefined);
  const allowed = { allowPlaintextBackends: true };
  assert.equal(unsafe("http://collector.example.com", allowed), undefined);
});

test("headers are read and never shown", () => {
  const text = "Authorization=Bearer%20hunter2%3D%3D, x-team=a,";
  const headers = otlpHeaders().parse(text, {});
  assert.deepEqual(headersOf(headers.reveal()), {
    authorization: "Bearer hunter2==",
    "x-team": "a",
  });
  assert.ok(!inspect(headers).includes("hunter2"));
  assert.ok(otlpHeaders().isConfidential);
  assert.deepEqual(headersOf(""), {});
});

test("what is no header is refused", () => {
  for (const given of [
    "hunter2",
    "=hunter2",
    "x-key=",
    "x key=hunter2",
    "x=a%0d%0ahunter2: b",
    "x=%C3%A9",
    "x=hunter2%",
  ]) {
    refuses(() => otlpHeaders().parse(given, {}), "in percent-encoding", given);
  }
});

test("a share is between nothing and all", () => {
  for (const given of ["-0.1", "1.1", "nan", "Infinity", "all", "", ".", "1e-1", "0x1"]) {
    refuses(() => ratio().parse(given, {}), "from 0 to 1", given);
  }
  for (const [given, share] of [
    ["0", 0],
    ["0.25", 0.25],
    [".5", 0.5],
    ["1", 1],
    ["1.0", 1],
  ] as const) {
    assert.equal(ratio().parse(given, {}), share);
  }
  assert.equal(SETTINGS.otelTracesSamplerArg.default, "1");
});
