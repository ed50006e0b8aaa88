/** The probe of a container: what it takes for life. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { probe } from "../../src/health/probe.ts";

/** Starts a server in place of the service. Returns its port. */
const answering = async (t: TestContext, status: number): Promise<string> => {
  const server = createServer(({ url }, response) => {
    response.writeHead(url === "/health/live" ? status : 404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return String((server.address() as AddressInfo).port);
};

test("a service that answers lives", async (t) => {
  assert.equal(await probe(await answering(t, 200)), 0);
});

test("a service that fails does not", async (t) => {
  assert.equal(await probe(await answering(t, 503)), 1);
});

test("nobody at the port is no life", async () => {
  assert.equal(await probe("1"), 1);
});
