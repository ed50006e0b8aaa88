/** What arrives at Sentry when the service crashes: read at the other end. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { getClient } from "@sentry/node";
import { Conflict } from "../../src/errors.ts";
import { Type } from "../../src/json-schema.ts";
import type { App } from "../../src/routing.ts";
import { BOUNDS } from "../../src/telemetry/crash-event.ts";
import type { Answer, Client } from "../support/client.ts";
import { ingest, reportingService } from "../support/ingest.ts";
import { startService } from "../support/service.ts";
import { exchange, freePort, listen } from "../support/sockets.ts";

// The library adds `sdk` and `type`: what has sent it, and what it is.
const KNOWN = [
  ...["environment", "event_id", "exception", "level", "platform", "sdk", "tags"],
  ...["timestamp", "transaction"],
];
const SECRETS = {
  password: "hunter2-password",
  token: "eyJhbGciOi.hunter2-token.c2ln",
  cookie: "hunter2-cookie",
  key: "hunter2-key",
  database: "hunter2-database",
  query: "hunter2-query",
  email: "hunter2@example.com",
};

const Query = Type.Object({ token: Type.String(), email: Type.String() });

class Crash extends Error {}

const crashing = (app: App): void => {
  app.post("/crash/:id", { schema: { querystring: Query } }, async function crash(request) {
    const secretKey = app.resources.settings.secretKey.reveal();
    const looksLikeAFrame = `\n    at hunter2 (/hunter2.ts:1:1)`;
    const cause = new RangeError(`no such key: ${SECRETS.key}, ${secretKey}${looksLikeAFrame}`);
    const where = `scheme://u:${SECRETS.database}@db/${SECRETS.email} ${request.url}`;
    throw Object.assign(new Crash(where, { cause }), { detail: SECRETS.password });
  });
};

const call = (client: Client): Promise<Answer> =>
  client.post(`/crash/hunter2?token=${SECRETS.query}&email=${SECRETS.email}`, {
    json: { password: SECRETS.password },
    headers: {
      authorization: `Bearer ${SECRETS.token}`,
      cookie: `session=${SECRETS.cookie}`,
      "x-credential": SECRETS.key,
      "x-request-id": "request-1",
    },
  });

test("a crash is reported without any value", async (t) => {
  const { app, client, sentry } = await reportingService(t, {}, { routes: crashing });
  const secretKey = app.resources.settings.secretKey.reveal();
  assert.equal((await call(client)).statusCode, 500);
  await app.close();
  const [event, ...others] = sentry.events;
  assert.ok(event);
  assert.equal(others.length, 0);
  const { values } = event.exception;
  assert.deepEqual(
    values.map(({ type }) => type),
    ["RangeError", "Crash"],
  );
  assert.deepEqual(event.tags, { request_id: "request-1" });
  assert.equal(event.transaction, "/crash/{id}");
  const frames = values[1]?.stacktrace.frames ?? [];
  assert.match(frames.at(-1)?.function ?? "", /crash$/);
  assert.ok(frames.every((frame) => Object.keys(frame).every((name) => FRAME.has(name))));
  for (const secret of [...Object.values(SECRETS), secretKey, "192.0.2.1"]) {
    assert.ok(!sentry.text.includes(secret), secret);
  }
  assert.ok(!sentry.text.includes("hunter2"));
  assert.deepEqual(Object.keys(event).toSorted(), KNOWN);
});

const FRAME = new Set(["filename", "function", "module", "lineno", "in_app"]);

test("an answer that breaks off is reported", async (t) => {
  async function* broken() {
    yield "first";
    throw new Crash("hunter2");
  }
  const { app, sentry } = await reportingService(
    t,
    {},
    { routes: (routes) => routes.get("/broken", async () => Readable.from(broken())) },
  );
  const port = await listen(app);
  await exchange(port, "GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await app.close();
  assert.deepEqual(
    sentry.events.map(({ transaction }) => transaction),
    ["/broken"],
  );
  assert.ok(!sentry.text.includes("hunter2"));
});

test("what is answered on purpose is not reported", async (t) => {
  const { app, client, sentry } = await reportingService(
    t,
    {},
    {
      routes: (routes) => {
        routes.get("/conflict", async () => {
          throw new Conflict();
        });
      },
    },
  );
  assert.equal((await client.get("/conflict")).statusCode, 409);
  assert.equal((await client.get("/nowhere")).statusCode, 404);
  await app.close();
  assert.deepEqual(sentry.received, []);
});

test("without a DSN nothing is reported", async (t) => {
  const sentry = await ingest(t);
  const { app, client } = await startService(t, {}, { routes: crashing });
  assert.equal((await call(client)).statusCode, 500);
  await app.close();
  assert.deepEqual(sentry.received, []);
});

test("no other package finds a client", async (t) => {
  await reportingService(t);
  assert.equal(getClient(), undefined);
});

test("a Sentry that is away affects no request", async (t) => {
  const dsn = `http://public@127.0.0.1:${await freePort()}/1`;
  const { client } = await startService(t, { SENTRY_DSN: dsn }, { routes: crashing });
  assert.equal((await call(client)).statusCode, 500);
});

test("a Sentry that hangs holds nothing up", { timeout: 30_000 }, async (t) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on("error", () => {})));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const dsn = `http://public@127.0.0.1:${(silent.address() as AddressInfo).port}/1`;
  const { app, client } = await startService(t, { SENTRY_DSN: dsn }, { routes: crashing });
  for (let asked = 0; asked < 100; asked++) {
    const begun = performance.now();
    assert.equal((await call(client)).statusCode, 500);
    assert.ok(performance.now() - begun < 1_000);
  }
  const begun = performance.now();
  await app.close();
  assert.ok(performance.now() - begun < BOUNDS.flushMilliseconds + 2_000);
});
