/** What SQLite needs to be told. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { record } from "../../src/audit/trail.ts";
import { run } from "../../src/database/dialect.ts";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { newId } from "../../src/ids.ts";
import { UserRepository } from "../../src/users/repository.ts";
import {
  emptyDatabase,
  execute as executeOn,
  newDatabase,
  type TestDatabase,
} from "../support/database.ts";
import { makeUser } from "../support/factories.ts";
import { auditEvents, execute } from "../support/queries.ts";
import { startService } from "../support/service.ts";

const COUNT = "SELECT count(*) FROM belongings";

/** Makes a database with an account, and a row that belongs to it. */
const withBelonging = async (t: TestContext): Promise<TestDatabase> => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  const { id } = await makeUser(resources);
  await executeOn(
    database.url,
    "CREATE TABLE belongings (owner_id REFERENCES users (id) ON DELETE CASCADE)",
    `INSERT INTO belongings VALUES ('${id}')`,
  );
  assert.deepEqual(await executeOn(database.url, COUNT), [[1]]);
  return database;
};

test("a kept event cannot be replaced", async (t) => {
  const { resources } = await startService(t);
  const actorId = newId();
  await resources.database.transaction((transaction) =>
    record(transaction, "user.disabled", { actorId }),
  );
  const kept = await auditEvents(resources, "user.disabled", { actorId });
  const replacing = execute(
    resources,
    `INSERT OR REPLACE INTO audit_events (id, created_at, event, details)
     VALUES ('${kept[0]?.id}', 0, 'forged', '{}')`,
  );
  await assert.rejects(replacing, (error: Error) => {
    assert.match(String(error.cause), /append-only/);
    return true;
  });
  assert.deepEqual(await auditEvents(resources, "user.disabled", { actorId }), kept);
});

test("readers and a writer do not wait for each other", async (t) => {
  const { resources } = await startService(t);
  const { database } = resources;
  const count = () =>
    database.reader(
      async (reader) => (await new UserRepository(reader).page(10, undefined)).length,
    );
  await makeUser(resources);
  await database.transaction(async (transaction) => {
    await run(transaction, "DELETE FROM users");
    assert.equal(await count(), 1);
  });
  assert.equal(await count(), 0);
});

test("a transaction has the write lock from its beginning", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  await resources.database.transaction(async (transaction) => {
    // What it read would be out of date, and its own writing fail, after another's.
    await new UserRepository(transaction).activeAdmins();
    await assert.rejects(executeOn(database.url, "DELETE FROM users"), /locked/);
  });
});

test("what belongs to an account goes with it", async (t) => {
  const database = await withBelonging(t);
  const { resources } = await startService(t, {}, { database });
  await execute(resources, "DELETE FROM users");
  assert.deepEqual(await executeOn(database.url, COUNT), [[0]]);
});

test("a table that a migration rebuilds keeps what refers to it", async (t) => {
  const database = await withBelonging(t);
  const statements = [
    "PRAGMA foreign_keys=OFF",
    "CREATE TABLE `__new_users` AS SELECT * FROM `users`",
    "DROP TABLE `users`",
    "ALTER TABLE `__new_users` RENAME TO `users`",
    "PRAGMA foreign_keys=ON",
  ];
  await migrateDatabase(database.url, [{ name: "29990101000000_rebuilt", statements }]);
  assert.deepEqual(await executeOn(database.url, COUNT), [[1]]);
});

test("a migration that fails leaves nothing of it", async () => {
  const database = await emptyDatabase();
  const statements = ["CREATE TABLE half (id integer)", "CREATE NONSENSE"];
  await assert.rejects(migrateDatabase(database.url, [{ name: "2_half", statements }]));
  assert.deepEqual(await executeOn(database.url, "SELECT name FROM sqlite_master"), []);
  await database.drop();
});
