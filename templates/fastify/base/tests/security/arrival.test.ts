import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { startService } from "../support/service.ts";
import { exchange, listen } from "../support/sockets.ts";

test("a wellformed id is kept", async (t) => {
  const { client } = await startService(t);
  for (const id of ["abcdefgh", "A-1".repeat(21), "5b0c1d2e-7f8a-4b6c-9d0e-1f2a3b4c5d6e"]) {
    const { headers } = await client.get("/health/live", { headers: { "x-request-id": id } });
    assert.equal(headers["x-request-id"], id);
  }
});

test("any other request id is replaced", async (t) => {
  const { client } = await startService(t);
  for (const id of [
    "",
    "short",
    "a".repeat(65),
    "with space",
    "a/b/c/d/e",
    "ümlautümlaut",
    "$(reboot)",
  ]) {
    const { headers } = await client.get("/health/live", { headers: { "x-request-id": id } });
    assert.notEqual(headers["x-request-id"], id);
    assert.match(String(headers["x-request-id"]), /^[A-Za-z0-9-]{8,64}$/);
  }
});

test("each request has an id of its own", async (t) => {
  const { client } = await startService(t);
  const ids = new Set<unknown>();
  for (let count = 0; count < 50; count++)
    ids.add((await client.get("/health/live")).headers["x-request-id"]);
  assert.equal(ids.size, 50);
});

test("an answer that fails half way is not finished", async (t) => {
  const pieces = async function* () {
    yield "first,";
    throw new Error("half way");
  };
  const { app } = await startService(
    t,
    {},
    {
      routes: (open) => {
        open.get("/broken", async (_request, reply) => reply.send(Readable.from(pieces())));
      },
    },
  );
  const answer = await exchange(
    await listen(app),
    "GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n",
  );
  // Without the last chunk, the client knows that something is missing.
  assert.ok(!answer.endsWith("0\r\n\r\n"));
  assert.ok(!answer.includes("half way"));
});
