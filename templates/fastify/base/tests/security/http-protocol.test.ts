import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startService } from "../support/service.ts";
import { exchange, listen, open, statusOf } from "../support/sockets.ts";

const GET = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n";
const CHUNKED = "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
const LIMIT = 8_192;

/** Checks that an answer of the parser is like one of the application. */
const checkAnswer = (answer: string, status: number): void => {
  assert.equal(statusOf(answer), status, answer.slice(0, 200));
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  for (const line of [
    "x-content-type-options: nosniff",
    "content-security-policy: default-src 'none'; frame-ancestors 'none'",
    "cache-control: no-store",
    "content-type: application/problem+json",
    "connection: close",
  ]) {
    assert.ok(head.toLowerCase().includes(line), line);
  }
  assert.ok(!/^(server|x-powered-by):/im.test(head));
  const problem = JSON.parse(body);
  assert.equal(problem.status, status);
  assert.ok(head.includes(`x-request-id: ${problem.request_id}`));
};

test("longer headers are refused wherever they are", async (t) => {
  const { app } = await startService(t, { MAX_HEADER_BYTES: String(LIMIT) });
  const port = await listen(app);
  const filler = "a".repeat(LIMIT - 500);
  const taken = await exchange(port, `${GET}X-Filler: ${filler}\r\nConnection: close\r\n\r\n`);
  assert.equal(statusOf(taken), 404);
  const long = "a".repeat(LIMIT);
  const requests = [
    `${GET}X-Filler: ${long}\r\n\r\n`,
    `${GET}${long}: a\r\n\r\n`,
    `${GET}${"A: b\r\n".repeat(LIMIT / 4)}\r\n`,
    `GET /${long} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `${CHUNKED}0\r\nX: ${long}\r\n\r\n`,
  ];
  for (const request of requests) checkAnswer(await exchange(port, request), 431);
});

test("by default, request headers may have 32 kibibytes", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  const ask = (size: number) =>
    exchange(port, `${GET}X-Filler: ${"a".repeat(size)}\r\nConnection: close\r\n\r\n`);
  assert.equal(statusOf(await ask(31 * 1024)), 404);
  checkAnswer(await ask(33 * 1024), 431);
});

test("malformed http gets the usual headers", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  const requests = [
    "garbage\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    `${GET}Host : localhost\r\n\r\n`,
    `${GET}X: a\r\n b\r\n\r\n`,
    `${GET}X: a\0b\r\n\r\n`,
    `${GET}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`,
    `${GET}Content-Length: -1\r\n\r\n`,
    `${GET}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${GET}Transfer-Encoding: chunked, identity\r\n\r\n`,
    `${CHUNKED}zz\r\n`,
  ];
  for (const request of requests) checkAnswer(await exchange(port, request), 400);
});

test("a connection cannot be upgraded, and an expectation is met by the service alone", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  checkAnswer(await exchange(port, `${GET}Expect: 200-maybe\r\n\r\n`), 417);
  checkAnswer(
    await exchange(port, "CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    400,
  );
  for (const protocol of ["websocket", "h2c"]) {
    const upgrade = `Connection: Upgrade, close\r\nUpgrade: ${protocol}\r\n\r\n`;
    assert.equal(statusOf(await exchange(port, `${GET}${upgrade}`)), 404);
  }
  assert.match(
    await exchange(
      port,
      `POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`,
    ),
    /404/,
  );
});

test("incomplete headers time out", async (t) => {
  const { app } = await startService(t, { REQUEST_TIMEOUT_SECONDS: "1" });
  const port = await listen(app);
  const begun = ["", "GET", GET];
  const [silence, ...answers] = await Promise.all(begun.map((text) => exchange(port, text)));
  if (silence) checkAnswer(silence, 408);
  for (const answer of answers) checkAnswer(answer, 408);
});

test("headers that never end time out", async (t) => {
  const { app } = await startService(t, { REQUEST_TIMEOUT_SECONDS: "1" });
  const line = await open(await listen(app));
  line.socket.write(GET);
  const drip = setInterval(() => line.socket.write("X: a\r\n"), 100);
  checkAnswer(await line.closed(), 408);
  clearInterval(drip);
});

test("a refusal is never the answer to an earlier request", async (t) => {
  const { app } = await startService(
    t,
    {},
    {
      routes: (routes) => {
        routes.get("/slow", () => new Promise(() => {}));
      },
    },
  );
  const slow = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const port = await listen(app);
  for (const behind of [
    "garbage\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: something\r\n\r\n",
    "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ]) {
    assert.equal(await exchange(port, slow + behind), "");
  }
});

test("the number of pipelined requests is limited", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  const few = await exchange(port, `${`${GET}\r\n`.repeat(50)}${GET}Connection: close\r\n\r\n`);
  assert.equal(few.match(/HTTP\/1\.1 404/g)?.length, 51);
  for (const request of [GET, "GET /%zz HTTP/1.1\r\nHost: localhost\r\n"]) {
    const many = await exchange(port, `${request}\r\n`.repeat(2_000));
    assert.ok((many.match(/HTTP\/1\.1/g)?.length ?? 0) <= 101);
  }
});

test("a request waits for the answers before it on its connection", async (t) => {
  let running = 0;
  let most = 0;
  const { app } = await startService(
    t,
    {},
    {
      routes: (routes) => {
        routes.get("/slow/:turn", async ({ params }) => {
          most = Math.max(most, ++running);
          await setTimeout(5);
          running--;
          return params;
        });
      },
    },
  );
  const ask = (turn: number, close = "") =>
    `GET /slow/${turn} HTTP/1.1\r\nHost: localhost\r\n${close}\r\n`;
  const asked = [0, 1, 2, 3, 4, 5].map((turn) => ask(turn)).join("");
  const answers = await exchange(await listen(app), asked + ask(6, "Connection: close\r\n"));
  assert.equal(most, 1);
  const turns = [...answers.matchAll(/"turn":"(\d)"/g)].map(([, turn]) => Number(turn));
  assert.deepEqual(turns, [0, 1, 2, 3, 4, 5, 6]);
});

test("no field is passed over, however many there are", async (t) => {
  const { app } = await startService(t);
  const fields = Array.from({ length: 1_500 }, (_, index) => `A${index}:\r\n`).join("");
  const request = `GET /nowhere HTTP/1.1\r\nHost: localhost\r\n${fields}Host: evil.example\r\n`;
  const answer = await exchange(await listen(app), `${request}Connection: close\r\n\r\n`);
  assert.equal(statusOf(answer), 431);
});

test("a target with its host is its path, and its host that of the request", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  for (const [target, status] of [
    ["http://localhost/api/v1/users/me", 401],
    ["HTTPS://localhost:1/api/v1/users/me?x=/", 401],
    ["http://evil.example/api/v1/users/me", 400],
    ["http://user@localhost/api/v1/users/me", 400],
    ["http://localhost", 404],
    ["http://localhost?x", 404],
  ] as const) {
    const request = `GET ${target} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n`;
    const answer = await exchange(port, request);
    assert.equal(statusOf(answer), status, target);
    assert.equal(/^cache-control: no-store/im.test(answer), target.includes("/api/"), target);
  }
});

test("a client that takes nothing of its answer is cut off", async (t) => {
  const { app } = await startService(
    t,
    { REQUEST_TIMEOUT_SECONDS: "1" },
    {
      routes: (routes) => {
        routes.get("/big", async (_request, reply) => reply.send(Buffer.alloc(64 * 1024 * 1024)));
      },
    },
  );
  const line = await open(await listen(app));
  line.socket.pause();
  line.socket.write("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
  while ((await connectionsOf(app.server)) > 0) {
    await setTimeout(50);
  }
  line.socket.destroy();
});

test("the parser tells the log who was refused", async (t) => {
  for (const [precision, logged] of [
    ["full", "127.0.0.1"],
    ["truncated", "127.0.0.0/24"],
    ["off", undefined],
  ] as const) {
    const { app, lines } = await startService(t, { LOG_CLIENT_ADDRESS: precision });
    await exchange(await listen(app), "garbage\r\n\r\n");
    const line = lines.find(({ status }) => status === 400);
    assert.equal(line?.["client_address"], logged);
  }
});

const connectionsOf = (server: {
  getConnections(done: (error: Error | null, count: number) => void): unknown;
}) =>
  new Promise<number>((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
