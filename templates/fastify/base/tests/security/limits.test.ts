import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { record } from "../../src/audit/trail.ts";
import { currentRequest } from "../../src/security/request-context.ts";
import { OPEN_URL, withOpenRoute } from "../support/open-route.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";
import { exchange, listen, open, statusOf } from "../support/sockets.ts";

const ME = "/api/v1/users/me";
const OPEN = { routes: withOpenRoute };
const LIMIT = 2_048;
const TIGHT = { MAX_BODY_BYTES: String(LIMIT) };
const HASTY = { REQUEST_TIMEOUT_SECONDS: "1" };
const JSON_HEADERS = { "content-type": "application/json" };

/** Makes a body that the route takes and that is exactly so long. */
const body = (size: number): string => {
  const frame = '{"full_name":"New"}';
  return frame.slice(0, -1) + " ".repeat(size - frame.length) + frame.slice(-1);
};

const posted = (headers: readonly string[], content: string): string =>
  [
    `POST ${OPEN_URL} HTTP/1.1`,
    "Host: localhost",
    "Content-Type: application/json",
    ...headers,
    "",
    content,
  ].join("\r\n");

const chunked = (content: string, size: number): string => {
  const chunks = content.match(new RegExp(`.{1,${size}}`, "gs")) ?? [];
  return chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
};

test("a body of the longest size is taken", async (t) => {
  const { client } = await signUp(await startService(t, TIGHT));
  const answer = await client.patch(ME, { content: body(LIMIT), headers: JSON_HEADERS });
  assert.equal(answer.statusCode, 200, answer.body);
});

test("a body over the limit is refused with and without content length", async (t) => {
  const service = await startService(t, TIGHT, OPEN);
  const { client } = await signUp(service);
  problemOf(await client.patch(ME, { content: body(LIMIT + 1), headers: JSON_HEADERS }), 413);
  const port = await listen(service.app);
  const content = chunked(body(LIMIT + 1), 500);
  const answer = await exchange(port, posted(["Transfer-Encoding: chunked"], content));
  assert.equal(statusOf(answer), 413);
  assert.match(answer, /connection: close/i);
});

test("a body that says that it is too long is not waited for", async (t) => {
  const { app } = await startService(t, { ...TIGHT, ...HASTY }, OPEN);
  const answer = await exchange(await listen(app), posted([`Content-Length: ${LIMIT + 1}`], ""));
  assert.equal(statusOf(answer), 413);
});

test("no more than the limit is read", async (t) => {
  const { app } = await startService(t, TIGHT, OPEN);
  const line = await open(await listen(app));
  line.socket.write(posted(["Transfer-Encoding: chunked"], ""));
  const source = new Readable({
    read() {
      this.push(`400\r\n${"x".repeat(1024)}\r\n`);
    },
  });
  source.pipe(line.socket).on("error", () => {});
  const answer = await line.closed();
  // Whoever goes on sending may be reset before it has read the answer (RFC 9112, 9.6).
  assert.ok(answer === "" || statusOf(answer) === 413);
  assert.ok(line.socket.bytesWritten < 16 * 1024 * 1024);
});

test("the limit holds on every route", async (t) => {
  const { client } = await startService(t, TIGHT);
  for (const path of ["/health/live", "/nowhere", ME]) {
    problemOf(await client.request("GET", path, { content: "x".repeat(LIMIT + 1) }), 413);
  }
});

test("compressed bodies are refused", async (t) => {
  const { client } = await startService(t, {}, OPEN);
  for (const encoding of ["gzip", "deflate", "br", "zstd", "identity, gzip", "x"]) {
    const headers = { ...JSON_HEADERS, "content-encoding": encoding };
    problemOf(await client.post(OPEN_URL, { content: "x", headers }), 415);
  }
  const { client: user } = await signUp(await startService(t));
  const headers = { ...JSON_HEADERS, "content-encoding": "Identity" };
  assert.equal((await user.patch(ME, { content: body(100), headers })).statusCode, 200);
});

test("a body in too many small chunks is refused", async (t) => {
  const { app } = await startService(t, {}, OPEN);
  const port = await listen(app);
  const content = chunked(JSON.stringify({ full_name: "x".repeat(5_000) }), 1);
  const answer = await exchange(
    port,
    posted(["Transfer-Encoding: chunked"], `${content}0\r\n\r\n`),
  );
  assert.equal(statusOf(answer), 400);
});

test("an answer that does not begin in time is given up, and what it did is not kept", async (t) => {
  const seen: boolean[] = [];
  const service = await startService(t, HASTY, {
    routes: (app) => {
      app.get("/slow", async () => {
        const context = currentRequest();
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        seen.push(context?.isExpired ?? false);
        return "late";
      });
    },
  });
  const late = await service.client.get("/slow");
  problemOf(late, 503);
  assert.equal(late.headers["retry-after"], "5");
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(seen, [true]);
});

test("an answer that has begun may take longer", async (t) => {
  const pieces = async function* () {
    yield "first,";
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    yield "last";
  };
  const { client } = await startService(t, HASTY, {
    routes: (app) => {
      app.get("/export", async (_request, reply) => reply.send(Readable.from(pieces())));
    },
  });
  assert.equal((await client.get("/export")).body, "first,last");
});

test("a body that arrives too slowly is aborted", async (t) => {
  const { app } = await startService(t, HASTY, OPEN);
  const line = await open(await listen(app));
  line.socket.write(posted(["Content-Length: 100"], "{"));
  const drip = setInterval(() => line.socket.write(" "), 100);
  const answer = await line.closed();
  clearInterval(drip);
  assert.equal(statusOf(answer), 503);
  assert.match(answer, /connection: close/i);
  // One answer alone: a second one would be taken for that of the next request.
  assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1);
});

test("what is left of a body that was not read is not the next request", async (t) => {
  const { app } = await startService(t);
  const port = await listen(app);
  const smuggled = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const longer = smuggled.length + 10;
  for (const [header, content] of [
    [`Content-Length: ${longer}`, smuggled],
    ["Transfer-Encoding: chunked", `${longer.toString(16)}\r\n${smuggled}`],
  ]) {
    const refused = ["POST /nowhere HTTP/1.1", "Host: localhost", header, "", content];
    const answer = await exchange(port, refused.join("\r\n"));
    assert.equal(statusOf(answer), 404);
    assert.match(answer, /connection: close/i);
    assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1);
  }
});

test("a request without a body keeps its connection", async (t) => {
  const { app } = await startService(t);
  const line = await open(await listen(app));
  for (let asked = 1; asked <= 3; asked++) {
    line.socket.write("GET /nowhere?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await line.until(new RegExp(`(?:HTTP/1.1 404[^]*){${asked}}`));
  }
  line.socket.destroy();
});

test("changes made before a timeout are rolled back", async (t) => {
  const ended: string[] = [];
  const service = await startService(t, HASTY, {
    routes: (app) => {
      app.get("/slow-change", async (request) => {
        const { database } = request.server.resources;
        const change = database.transaction(async (transaction) => {
          await record(transaction, "rate_limit.exceeded", { details: { limit: "late" } });
          await new Promise((resolve) => setTimeout(resolve, 1_200));
        });
        await change.then(
          () => ended.push("kept"),
          () => ended.push("rolled back"),
        );
        return "late";
      });
    },
  });
  problemOf(await service.client.get("/slow-change"), 503);
  while (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(ended, ["rolled back"]);
  assert.ok(!service.lines.some(({ limit }) => limit === "late"));
});
