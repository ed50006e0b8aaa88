/** What connections hold to, and what the options in a URL do. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { run } from "../../src/database/dialect.ts";
import { connect } from "../../src/database/driver.ts";
import { isUnavailable } from "../../src/database/failures.ts";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { emptyDatabase, execute, newDatabase } from "../support/database.ts";
import { endConnections } from "../support/operator.ts";
import { startService } from "../support/service.ts";

const ASK_FOR_TLS = "0000000804d2162f";

test("the options of a URL reach the server", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  for (const [timeout, limit] of Object.entries({ 1234: "1234ms", "20s": "20s", "1min": "1min" })) {
    const url = `${database.url}?sslmode=disable&application_name=a%20name&statement_timeout=${timeout}`;
    const { resources } = await startService(t, {}, { database: { ...database, url } });
    const settings = { application_name: "a name", statement_timeout: limit };
    for (const [name, value] of Object.entries(settings)) {
      const isSet = `(current_setting('${name}') = '${value}')::int`;
      await resources.database.reader((reader) => run(reader, `SELECT 1 / ${isSet}`));
    }
  }
});

test("a migration runs where the URL says", async (t) => {
  const database = await emptyDatabase();
  t.after(() => database.drop());
  await execute(database.ownerUrl, "CREATE SCHEMA elsewhere");
  await migrateDatabase(`${database.ownerUrl}?sslmode=disable&search_path=elsewhere`);
  const tables = await execute(
    database.ownerUrl,
    "SELECT DISTINCT table_schema FROM information_schema.tables " +
      "WHERE table_schema IN ('public', 'elsewhere')",
  );
  assert.deepEqual(tables, [["elsewhere"]]);
});

test("a server without TLS is told nothing where TLS is asked for", async (t) => {
  let heard = "";
  const server = createServer((socket) => {
    socket.on("data", (piece) => {
      heard += piece.toString("hex");
      socket.write("N");
    });
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  for (const mode of ["require", "verify-ca", "verify-full"]) {
    heard = "";
    await assert.rejects(connect(`postgresql://u:hunter2@127.0.0.1:${port}/db?sslmode=${mode}`));
    assert.equal(heard, ASK_FOR_TLS);
  }
});

test("a statement does not outlive its request", async (t) => {
  const { resources } = await startService(t, { REQUEST_TIMEOUT_SECONDS: "1" });
  const begun = performance.now();
  const sleeping = resources.database.reader((reader) => run(reader, "SELECT pg_sleep(30)"));
  await assert.rejects(sleeping, (error) => {
    assert.ok(isUnavailable(error));
    return true;
  });
  assert.ok(performance.now() - begun < 4_000);
  await resources.database.ping();
});

test("a statement that goes on does not hold up the end of the service", async (t) => {
  const { app, resources } = await startService(t);
  await resources.database.ping();
  const sleeping = resources.database.reader((reader) => run(reader, "SELECT pg_sleep(20)"));
  const failed = assert.rejects(sleeping);
  await pause(200);
  const begun = performance.now();
  await app.close();
  await failed;
  assert.ok(performance.now() - begun < 5_000);
});

test("a deadlock passes and is no crash", async (t) => {
  const { resources } = await startService(t);
  const arrived: (() => void)[] = [];
  const both = () =>
    new Promise<void>((resolve) => {
      arrived.push(resolve);
      if (arrived.length === 2) {
        for (const go of arrived) {
          go();
        }
      }
    });
  const lock = (first: number, second: number) =>
    resources.database.transaction(async (transaction) => {
      await run(transaction, `SELECT pg_advisory_xact_lock(${first})`);
      await both();
      await run(transaction, `SELECT pg_advisory_xact_lock(${second})`);
    });
  const results = await Promise.allSettled([lock(1, 2), lock(2, 1)]);
  const failed = results.filter((result) => result.status === "rejected");
  assert.equal(failed.length, 1);
  assert.ok(isUnavailable(failed[0]?.reason));
});

test("an idle connection that is lost is replaced, and ends nothing", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  await resources.database.ping();
  assert.ok((await endConnections(database.url)) >= 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await resources.database.ping();
});
