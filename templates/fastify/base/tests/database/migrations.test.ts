/** Migrations: in order, once, and no drift from what the code declares. */

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { appendOnly } from "../../src/database/append-only.ts";
import { describeFailure } from "../../src/database/failures.ts";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { readMigrations } from "../../src/database/migration-files.ts";
import { describe } from "../support/catalogue.ts";
import { run } from "../support/command.ts";
import { emptyDatabase, execute, newDatabase } from "../support/database.ts";
import { declaredStatements, undeclaredChanges } from "../support/declared.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { recordRelease } from "../support/queries.ts";
import { startService } from "../support/service.ts";

// Their migrations have to end with `appendOnly`; what a table is made of does not say it.
const APPEND_ONLY = ["audit_events"];
const ROOT = join(import.meta.dirname, "..", "..");

const anEmptyDatabase = async (t: TestContext) => {
  const database = await emptyDatabase();
  t.after(() => database.drop());
  return database;
};

test("the migrations are what the code declares", async () => {
  assert.deepEqual(await undeclaredChanges(), []);
});

test("the tables are what the code declares", async (t) => {
  const declared = await anEmptyDatabase(t);
  const statements = [...(await declaredStatements()), ...APPEND_ONLY.flatMap(appendOnly)];
  assert.ok(statements.length > 3);
  await migrateDatabase(declared.ownerUrl, [{ name: "declared", statements }]);
  const migrated = await newDatabase();
  t.after(() => migrated.drop());
  assert.deepEqual(await describe(migrated.ownerUrl), await describe(declared.ownerUrl));
});

test("migrating twice changes nothing", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  const user = await makeUser(resources);
  await migrateDatabase(database.ownerUrl);
  assert.deepEqual(await findUser(resources, user), user);
});

test("migrations side by side wait for each other", async (t) => {
  const database = await anEmptyDatabase(t);
  await Promise.all([1, 2, 3].map(() => migrateDatabase(database.ownerUrl)));
  const [[count] = []] = await execute(database.ownerUrl, "SELECT count(*) FROM schema_migrations");
  assert.equal(Number(count), readMigrations().length);
});

test("a migration that fails is named with what the database said", async (t) => {
  const database = await anEmptyDatabase(t);
  await execute(database.ownerUrl, "CREATE TABLE users (in_the_way INTEGER)");
  const urls = { DATABASE_URL: database.ownerUrl };
  const { code, stderr } = await run(["migrate"], { ...ENVIRONMENT, ...urls });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Migration \d+_first_tables failed: .*already exists.*create table .users/im,
  );
});

test("what failed is not noted as applied", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const broken = { name: "20990101000000_broken", statements: ["CREATE NONSENSE"] };
  await assert.rejects(migrateDatabase(database.ownerUrl, [broken]), (error) => {
    assert.match(describeFailure(error), /statement: CREATE NONSENSE/);
    return true;
  });
  const rows = await execute(database.ownerUrl, "SELECT name FROM schema_migrations ORDER BY name");
  assert.deepEqual(
    rows.map(([name]) => name),
    readMigrations().map(({ name }) => name),
  );
});

test("the command says that the schema is up to date", async (t) => {
  const database = await anEmptyDatabase(t);
  const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.ownerUrl };
  const { code, stdout, stderr } = await run(["migrate"], { ...ENVIRONMENT, ...urls });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^The database schema is up to date\.$/m);
  const { resources } = await startService(t, {}, { database });
  await resources.database.ping();
  await makeUser(resources);
});

test("the owner migrates and the service does not", async (t) => {
  const database = await anEmptyDatabase(t);
  const nowhere = new URL(database.url);
  nowhere.pathname = `${nowhere.pathname}_nowhere`;
  const urls = { DATABASE_URL: nowhere.href, MIGRATION_DATABASE_URL: database.ownerUrl };
  const { code, stdout } = await run(["migrate"], { ...ENVIRONMENT, ...urls });
  assert.match(stdout, /^The database schema is up to date\.$/m);
  assert.ok(code === 0 || code === 1);
  const rows = await execute(database.ownerUrl, "SELECT name FROM schema_migrations");
  assert.equal(rows.length, readMigrations().length);
});

test("a schema of an earlier release is not ready, and one of a later release is", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const owner = { ...database, url: database.ownerUrl };
  const { client, resources } = await startService(t, {}, { database: owner });
  assert.equal((await client.get("/health/ready")).statusCode, 200);
  await recordRelease(resources, "later");
  await resources.database.ping();
  await recordRelease(resources, "earlier");
  await assert.rejects(resources.database.ping(), /out of date/);
  // Of another branch: what this release needs is missing all the same.
  await recordRelease(resources, "later");
  await assert.rejects(resources.database.ping(), /out of date/);
});

test("a database without tables is to be migrated", async (t) => {
  const database = await anEmptyDatabase(t);
  const { code, stderr } = await run(["purge"], {
    ...ENVIRONMENT,
    DATABASE_URL: database.ownerUrl,
  });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^The database cannot be used: .*(?:no such table|does not exist|doesn't exist).*\. Run `node src\/cli\.ts migrate`\.$/m,
  );
});

test("every migration has the snapshot of its schema", async () => {
  for (const { name } of readMigrations()) {
    assert.deepEqual(await readdir(join(ROOT, "migrations", name)), [
      "migration.sql",
      "snapshot.json",
    ]);
  }
});
