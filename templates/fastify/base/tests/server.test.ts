import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Stopping } from "../src/server.ts";
import { newDatabase } from "./support/database.ts";
import { serve } from "./support/process.ts";
import { type Scope, startService, type Variables } from "./support/service.ts";
import { listen, open } from "./support/sockets.ts";

const LIVE = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
const READY = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n";

const running = async (t: Scope, settings: Variables = {}) => {
  const answers: (() => void)[] = [];
  const service = await startService(t, settings, {
    routes: (routes) => {
      routes.get("/slow", () => new Promise((resolve) => answers.push(() => resolve("done"))));
    },
  });
  const stopping = new Stopping(service.app, service.resources.settings);
  const port = await listen(service.app);
  return { ...service, stopping, port, answer: () => answers.at(-1)?.(), answers };
};

test("clients connected before shutdown get their response", async (t) => {
  const { stopping, port, answer, answers } = await running(t);
  const [busy, idle] = [await open(port), await open(port)];
  idle.socket.write(LIVE);
  await idle.until(/"ok"/);
  busy.socket.write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  while (answers.length === 0) await new Promise(setImmediate);
  const stopped = stopping.stop();
  await new Promise((resolve) => setTimeout(resolve, 100));
  // A proxy may not have noticed yet, and send a request on a connection that it keeps open.
  idle.socket.write(LIVE);
  assert.match(await idle.closed(), /"ok"[\s\S]*"ok"/);
  answer();
  const answered = await busy.closed();
  assert.match(answered, /done/);
  assert.match(answered, /connection: close/i);
  await stopped;
});

test("readiness says so first, and new requests are taken for the delay", async (t) => {
  const { stopping, port } = await running(t, { SHUTDOWN_DELAY_SECONDS: "1" });
  const stopped = stopping.stop();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const line = await open(port);
  line.socket.write(READY);
  const answer = await line.closed();
  assert.match(answer, /503 Service Unavailable/);
  assert.match(answer, /connection: close/i);
  await stopped;
  await assert.rejects(open(port));
});

test("a name stands for one address, where everything is guarded", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { output } = await serve(t, database.url, { HOST: "localhost" });
  assert.equal(output().split("Server listening at").length, 2);
});

test("a second signal does not wait", async (t) => {
  const { stopping } = await running(t, { SHUTDOWN_DELAY_SECONDS: "300" });
  const stopped = stopping.stop();
  await stopping.stop();
  await stopped;
});

test("connections that send nothing, or half a request, do not hold it up", async (t) => {
  const { stopping, port } = await running(t);
  const [silent, half] = [await open(port), await open(port)];
  half.socket.write("GET / HTTP/1.1\r\nHo");
  await stopping.stop();
  await Promise.all([silent.closed(), half.closed()]);
});

test("a process ends with 0 after a signal, and says why it cannot start", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const service = await serve(t, database.url);
  const again = await serve(t, database.url, { PORT: String(service.port) }).catch(
    (error: Error) => error,
  );
  assert.match(String(again), /PORT: cannot listen on \d+ of HOST: address already in use/);
  const ended = once(service.child, "exit");
  service.child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
});
