/** What a connection holds to, however the server is set up. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../../src/database/driver.ts";
import { isUnavailable } from "../../src/database/failures.ts";
import { ServerError } from "../../src/database/server-error.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { newDatabase, onServer } from "../support/database.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { endConnections } from "../support/operator.ts";
import { startService } from "../support/service.ts";

// Version 10 of the protocol, a salt, and what a server can do: everything but TLS.
const WITHOUT_TLS = Buffer.concat([
  Buffer.from("\x0a8.0.0\0\x01\0\0\0saltsalt\0", "latin1"),
  Buffer.from([0xff, 0xff & ~0x08, 0x2d, 0x02, 0x00, 0x0f, 0x00, 0x15]),
  Buffer.alloc(10),
  Buffer.from("saltsaltsalt\0mysql_native_password\0", "latin1"),
]);

const TEXTS = [
  "",
  "it's \"quoted\" `here` \\ and \\' there \\\\",
  "'; DROP TABLE users; -- ",
  "%s %(name)s %% :name ?",
  "\b\t\n\r\x1a",
  "Zo\u00eb \u202e \u{1f512}",
  " spaces around ",
];

test("text comes back to the letter", async (t) => {
  const { resources } = await startService(t);
  for (const fullName of TEXTS) {
    const user = await makeUser(resources, { fullName });
    assert.equal((await findUser(resources, user))?.fullName, fullName);
  }
});

test("text is compared to the letter", async (t) => {
  const { resources } = await startService(t);
  const emails = ["ann@example.com", "Ann@example.com", "\u00e1nn@example.com", "ann@example.com "];
  for (const email of emails) {
    const user = await makeUser(resources, { email });
    const found = await resources.database.reader((reader) =>
      new UserRepository(reader).getByEmail(email),
    );
    assert.deepEqual(found, user);
  }
});

test("what does not fit is refused and not cut to size", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  const updating = resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(user.id, { fullName: "n".repeat(201) }),
  );
  await assert.rejects(updating, (error: Error) => {
    assert.match(String(error.cause), /too long/);
    return true;
  });
  assert.deepEqual(await findUser(resources, user), user);
});

test("an object among the values is text, and no condition", async (t) => {
  const { resources } = await startService(t);
  await makeUser(resources);
  const found = await resources.database.reader((reader) =>
    new UserRepository(reader).getByEmail({ email: 1 } as never),
  );
  assert.equal(found, undefined);
});

test("a session is as the service needs it", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const connection = await connect(database.ownerUrl);
  t.after(() => connection.end());
  const read = async (sql: string) => {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return (rows as unknown[][])[0];
  };
  assert.deepEqual(await read("SELECT @@innodb_lock_wait_timeout, @@lock_wait_timeout"), [10, 10]);
  const [mode] = (await read("SELECT @@sql_mode")) ?? [];
  assert.match(String(mode), /STRICT_ALL_TABLES/);
  assert.doesNotMatch(String(mode), /NO_BACKSLASH_ESCAPES|ANSI_QUOTES/);
  assert.deepEqual(await read("SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP())"), ["00:00:00"]);
});

test("a transaction reads what others have written since", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  // Who has waited for a lock decides by what is there then.
  await resources.database.transaction(async (transaction) => {
    const users = new UserRepository(transaction);
    assert.equal((await users.get(user.id))?.fullName, user.fullName);
    await resources.database.transaction((other) =>
      new UserRepository(other).update(user.id, { fullName: "Other" }),
    );
    assert.equal((await users.get(user.id))?.fullName, "Other");
  });
});

test("no error holds a value", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const connection = await connect(database.ownerUrl);
  t.after(() => connection.end());
  await connection.query({ sql: "CREATE TEMPORARY TABLE kept (value VARCHAR(99) PRIMARY KEY)" });
  await connection.query({ sql: "INSERT INTO kept VALUES ('hunter''2')" });
  for (const sql of [
    "INSERT INTO kept VALUES ('hunter''2')",
    "SELEC 'hunter''2'",
    "SELECT 1 FROM kept WHERE hunter2 = 1",
    "INSERT INTO kept VALUES (DATE 'hunter2')",
  ]) {
    await assert.rejects(connection.query({ sql }), (error) => {
      assert.ok(error instanceof ServerError);
      assert.ok(error.number > 0);
      assert.ok(!`${error.message} ${error.stack}`.includes("hunter"));
      return true;
    });
  }
});

test("a statement does not outlive its request", async (t) => {
  const { resources } = await startService(t, { REQUEST_TIMEOUT_SECONDS: "1" });
  const { database } = resources;
  const begun = performance.now();
  const sleeping = database.reader((reader) =>
    reader.execute("SELECT SLEEP(30) FROM users, users AS u"),
  );
  await makeUser(resources);
  await sleeping.catch((error: unknown) => assert.ok(isUnavailable(error)));
  assert.ok(performance.now() - begun < 10_000);
  await database.ping();
});

test("a statement that goes on does not hold up the end of the service", async (t) => {
  const { app, resources } = await startService(t);
  await resources.database.ping();
  const sleeping = resources.database.reader((reader) => reader.execute("SELECT SLEEP(20)"));
  const failed = assert.rejects(sleeping);
  await pause(200);
  const begun = performance.now();
  await app.close();
  await failed;
  assert.ok(performance.now() - begun < 5_000);
});

test("a deadlock passes and is no crash", async (t) => {
  const { resources } = await startService(t);
  const [one, two] = [await makeUser(resources), await makeUser(resources)];
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
  const lock = (first: string, second: string) =>
    resources.database.transaction(async (transaction) => {
      const users = new UserRepository(transaction);
      await users.lock(first);
      await both();
      await users.lock(second);
    });
  const results = await Promise.allSettled([lock(one.id, two.id), lock(two.id, one.id)]);
  const failed = results.filter((result) => result.status === "rejected");
  assert.equal(failed.length, 1);
  assert.ok(isUnavailable(failed[0]?.reason));
});

test("an idle connection that is lost is replaced", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  await resources.database.ping();
  assert.ok((await endConnections(database.url)) >= 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await resources.database.ping();
});

test("a password may have any characters", async (t) => {
  const [account, password] = [`t_${Date.now()}`, "p\u00e4ss w\u00f6rd \u20ac\u{1f512}"];
  await onServer(`CREATE USER ${account} IDENTIFIED BY '${password}'`);
  t.after(() => onServer(`DROP USER ${account}`));
  const { url, drop } = await newDatabase();
  t.after(drop);
  const host = new URL(url).host;
  const secret = encodeURIComponent(password);
  const connection = await connect(`mysql://${account}:${secret}@${host}/information_schema`);
  await connection.end();
});

test("a server without TLS is told nothing where TLS is asked for", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "ca-"));
  const ca = join(directory, "ca.pem");
  await writeFile(ca, "");
  let heard = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.write(Buffer.concat([Buffer.from([WITHOUT_TLS.length, 0, 0, 0]), WITHOUT_TLS]));
    socket.on("data", (piece) => {
      heard = Buffer.concat([heard, piece]);
    });
    socket.on("error", () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const url = `mysql://account:hunter2@127.0.0.1:${port}/d?ssl_ca=${ca}`;
  await assert.rejects(connect(url), (error) => {
    assert.ok(isUnavailable(error));
    return true;
  });
  assert.ok(!heard.includes("account"));
});
