/** How spans leave the process, and that nobody waits for them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PACE, QUEUE } from "../../src/telemetry/span-export.ts";
import { collect, tracedService } from "../support/collector.ts";
import { newDatabase } from "../support/database.ts";
import { serve } from "../support/process.ts";
import { type Scope, type Service, startService } from "../support/service.ts";
import { freePort } from "../support/sockets.ts";

const ME = "/api/v1/users/me";
const ENDED_SECONDS = 4;

const hurry = (scope: Scope, pace: Partial<typeof PACE>): void => {
  const usual = { ...PACE };
  Object.assign(PACE, pace);
  scope.after(async () => {
    Object.assign(PACE, usual);
  });
};

/** Returns how long the slowest of many requests took. */
const slowestOf = async ({ client }: Service, count = 40): Promise<number> => {
  let slowest = 0;
  for (let asked = 0; asked < count; asked++) {
    const begun = performance.now();
    assert.equal((await client.get(ME)).statusCode, 401);
    slowest = Math.max(slowest, (performance.now() - begun) / 1000);
  }
  return slowest;
};

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
};

/** Accepts connections and answers nothing; returns where. */
const hanging = async (scope: Scope): Promise<string> => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on("error", () => {})));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  scope.after(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  return `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
};

test("batches go where the settings say", async (t) => {
  const collector = await collect(t);
  const service = await startService(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/otlp/`,
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20t0ken, x-team=a",
  });
  await slowestOf(service);
  await service.app.close();
  assert.deepEqual(new Set(collector.paths), new Set(["/otlp/v1/traces"]));
  const [headers] = collector.headers;
  assert.equal(headers?.authorization, "Bearer t0ken");
  assert.equal(headers?.["x-team"], "a");
  assert.equal(headers?.["content-type"], "application/json");
  assert.equal(collector.named(`GET ${ME}`).length, 40);
  assert.ok(collector.bodies.length < 10);
  assert.deepEqual(collector.resources[0], {
    "service.name": service.resources.settings.appName,
    "deployment.environment.name": "test",
  });
});

test("a collector that hangs slows no request", { timeout: 30_000 }, async (t) => {
  hurry(t, { everyMilliseconds: 10, flushMilliseconds: 500 });
  const service = await startService(t, { OTEL_EXPORTER_OTLP_ENDPOINT: await hanging(t) });
  const { tracing } = service.resources;
  await slowestOf(service, 1);
  await sleep(100);
  assert.ok((await slowestOf(service)) < 1);
  for (let made = 0; made < 2 * QUEUE; made++) {
    await tracing.run("many", "internal", undefined, async () => {});
  }
  assert.ok((await secondsOf(() => service.app.close())) < ENDED_SECONDS);
});

test("what does not fit is dropped", async (t) => {
  const { resources, collector, stop } = await tracedService(t);
  collector.status = 500;
  const { tracing } = resources;
  const made = () => tracing.run("many", "internal", undefined, async () => {});
  // While the first batch is on its way, only the queue holds the others.
  await Promise.all(Array.from({ length: 3 * QUEUE }, made));
  collector.status = 200;
  await stop();
  const kept = collector.named("many").length;
  // Two batches may be on their way, beside what waits.
  assert.ok(kept > 0 && kept <= 1.5 * QUEUE, String(kept));
});

test("a collector that is away is reported once", async (t) => {
  hurry(t, { everyMilliseconds: 20 });
  const service = await tracedService(t);
  const { collector, lines } = service;
  for (const status of [500, 500, 200, 200]) {
    collector.status = status;
    await slowestOf(service, 2);
    await sleep(300);
  }
  const events = lines.map(({ event }) => event).filter((event) => event !== "request");
  assert.deepEqual(events, ["traces.lost", "traces.recovered"]);
  assert.equal(collector.named(`GET ${ME}`).length, 4);
});

test("a port that nobody listens on stops nobody", async (t) => {
  hurry(t, { everyMilliseconds: 10 });
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const service = await startService(t, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  assert.ok((await slowestOf(service)) < 1);
  assert.ok((await secondsOf(() => service.app.close())) < ENDED_SECONDS);
});

test("headers for the collector go nowhere else", async (t) => {
  const other = await collect(t);
  const moved = createHttpServer((_request, response) => {
    response.writeHead(307, { location: `${other.endpoint}/v1/traces` }).end();
  });
  moved.listen(0, "127.0.0.1");
  await once(moved, "listening");
  t.after(() => {
    moved.close();
  });
  const endpoint = `http://127.0.0.1:${(moved.address() as AddressInfo).port}`;
  const service = await startService(t, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  await slowestOf(service, 1);
  await service.app.close();
  assert.deepEqual(other.paths, []);
});

test("a process ends in time while its collector hangs", { timeout: 60_000 }, async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const service = await serve(t, database.url, { OTEL_EXPORTER_OTLP_ENDPOINT: await hanging(t) });
  await fetch(service.url + ME);
  const ended = once(service.child, "exit");
  const seconds = await secondsOf(async () => {
    service.child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null], service.output());
  });
  assert.ok(seconds < 10, `${seconds} s`);
});
