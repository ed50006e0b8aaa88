/** The port of the metrics: what it answers, and that nothing else answers so. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, Server } from "node:net";
import { test } from "node:test";
import { buildApp } from "../../src/app.ts";
import { CHECKS } from "../../src/health/checks.ts";
import { SettingsError } from "../../src/settings/index.ts";
import { BOUNDS } from "../../src/telemetry/listener.ts";
import { measured } from "../../src/telemetry/metrics.ts";
import { newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { measuredService } from "../support/metrics.ts";
import { runProcess, serve } from "../support/process.ts";
import { settingsFor, startService } from "../support/service.ts";
import { exchange, freePort } from "../support/sockets.ts";

const read = (port: number, path = "/metrics", method = "GET"): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { method });

test("metrics are read on their own port", async (t) => {
  const { client, metricsPort: port } = await measuredService(t);
  await client.get("/api/v1/users/me");
  const answer = await read(port);
  const text = await answer.text();
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=/);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.match(text, /route="\/api\/v1\/users\/me"/);
  assert.match(text, /^dependency_up\{dependency="database"\} 1$/m);
  assert.match(text, /^database_connections_max 20$/m);
  assert.match(text, /^process_resident_memory_bytes [1-9]/m);
  assert.match(text, /^process_cpu_seconds_total [0-9.]+$/m);
  for (const path of ["/", "/api/v1/users/me", "/health/live", "/metrics/"]) {
    assert.equal((await read(port, path)).status, 404);
  }
  const refused = await read(port, "/metrics", "POST");
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET"]);
});

test("metrics are served on their own port only", async (t) => {
  const { mock: listened } = t.mock.method(Server.prototype, "listen");
  const { client } = await startService(t);
  assert.equal(measured(), undefined);
  assert.equal(listened.callCount(), 0);
  const withPort = await measuredService(t);
  // Once to find a port that is free.
  assert.equal(listened.callCount(), 2);
  for (const path of ["/metrics", "/metrics/", "/api/v1/metrics"]) {
    assert.equal((await client.get(path)).statusCode, 404);
    assert.equal((await withPort.client.get(path)).statusCode, 404);
  }
});

test("its clients are bounded as those of the api are", { timeout: 15_000 }, async (t) => {
  const { milliseconds } = BOUNDS;
  BOUNDS.milliseconds = 1_000;
  t.after(() => Object.assign(BOUNDS, { milliseconds }));
  const { metricsPort: port } = await measuredService(t);
  const long = `GET /metrics HTTP/1.1\r\nX: ${"x".repeat(100_000)}`;
  assert.match(await exchange(port, long), /^HTTP\/1\.1 431 /);
  const waiting = ["", "GET /metrics HTTP/1.1\r\n"].map((text) => exchange(port, text));
  for (const answer of await Promise.all(waiting)) assert.match(answer, /^HTTP\/1\.1 408 /);
});

test("an outage is seen", async (t) => {
  const { metricsPort: port } = await measuredService(t);
  t.mock.method(CHECKS, "database", async () => {
    throw new Error("away");
  });
  const text = await (await read(port)).text();
  assert.match(text, /^dependency_up\{dependency="database"\} 0$/m);
  assert.match(text, /^dependency_up\{dependency="state"\} 1$/m);
});

test("a process serves both ports and stops", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const port = await freePort();
  const service = await serve(t, database.url, { METRICS_PORT: String(port) });
  assert.equal((await read(port)).status, 200);
  assert.equal((await read(service.port)).status, 404);
  const ended = once(service.child, "exit");
  service.child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null], service.output());
});

test("a port that is taken is told without a trace", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  t.after(async () => {
    other.close();
  });
  const { code, stderr } = await runProcess(["serve"], {
    ...ENVIRONMENT,
    DATABASE_URL: database.url,
    METRICS_PORT: String(port),
  });
  assert.equal(code, 1);
  assert.deepEqual(stderr.trimEnd().split("\n").slice(1), [
    `  METRICS_PORT: cannot listen on ${port} of METRICS_HOST: address already in use; ` +
      "each process on a machine needs a port of its own",
  ]);
});

test("an address of another machine is told", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const port = String(await freePort());
  for (const host of ["192.0.2.1", "2001:db8::1", "nowhere.invalid"]) {
    const settings = settingsFor(database.url, { METRICS_PORT: port, METRICS_HOST: host });
    await assert.rejects(buildApp(settings), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(
        error.faults.join(),
        /^METRICS_PORT: cannot listen on \d+ of METRICS_HOST: [a-z]/,
      );
      assert.ok(!error.faults.join().includes(host));
      return true;
    });
  }
});
