/**
 * The role of the service may do what the service does, and nothing else.
 *
 * Every other test runs the service as this role too: what it lacks would fail there.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { describeFailure } from "../../src/database/failures.ts";
import { APPEND_ONLY, tableRights } from "../../src/database/rights.ts";
import { sqlForTables } from "../../src/database/roles.ts";
import { HISTORY, tableNames } from "../../src/database/table-names.ts";
import { describe } from "../support/catalogue.ts";
import { run } from "../support/command.ts";
import {
  asAdministrator,
  asRole,
  emptyDatabase,
  execute,
  nameOf,
  newDatabase,
  quoted,
  runScript,
  SCHEME,
} from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { giveEverything, rightsIn, withTableBeside } from "../support/operator.ts";
import { execute as executeIn } from "../support/queries.ts";
import { startService } from "../support/service.ts";

const HOSTILE = ["\"'`;--", "a\\'b\\", "$$ $q$ $qq$", "100%_%s %I", "r\u00f4le/*?#@:"];

const REFUSED = [
  "CREATE TABLE other (id INT)",
  "CREATE TEMPORARY TABLE other (id INT)",
  "CREATE VIEW other AS SELECT * FROM users",
  "CREATE INDEX other ON users (created_at)",
  "CREATE SCHEMA other",
  "ALTER TABLE users ADD other INT",
  "ALTER TABLE audit_events DROP COLUMN details",
  "DROP TABLE users",
  "TRUNCATE TABLE users",
  "TRUNCATE TABLE audit_events",
  "UPDATE audit_events SET event = 'forged'",
  "DELETE FROM audit_events",
  `INSERT INTO ${HISTORY} SELECT * FROM ${HISTORY}`,
  `DELETE FROM ${HISTORY}`,
];

const migrated = async (t: TestContext) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  return database;
};

const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

const printRoles = async (url: string, ownerUrl: string): Promise<string[]> => {
  const names = ["--database", nameOf(url), "--owner", userOf(ownerUrl), "--service", userOf(url)];
  const { code, stdout, stderr } = await run(["roles", ...names], {});
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split("\n");
};

test("the role of the service is refused", async (t) => {
  const { resources } = await startService(t, {}, { database: await migrated(t) });
  for (const statement of REFUSED) {
    await assert.rejects(executeIn(resources, statement), (error) => {
      assert.match(describeFailure(error), /denied|must be owner/, statement);
      return true;
    });
  }
});

test("the role of the service reads nothing beside its tables", async (t) => {
  const database = await migrated(t);
  const { resources } = await startService(t, {}, { database });
  await withTableBeside(database.url, async (table) => {
    await assert.rejects(executeIn(resources, `SELECT * FROM ${table}`), (error) => {
      assert.match(describeFailure(error), /denied/);
      return true;
    });
  });
});

test("the owner changes its schema and makes no other", async (t) => {
  const { ownerUrl } = await migrated(t);
  await execute(ownerUrl, "CREATE TABLE other (id INT)", "DROP TABLE other");
  for (const statement of ["CREATE DATABASE other", "CREATE ROLE other"]) {
    await assert.rejects(execute(ownerUrl, statement), /denied/);
  }
});

test("every table has its rights", async (t) => {
  const { ownerUrl } = await migrated(t);
  const lines = await describe(ownerUrl);
  const tables = new Set(
    lines.filter((line) => !/^(type |function:)/.test(line)).map((line) => line.split(":")[0]),
  );
  assert.deepEqual(tables, new Set(tableNames()));
  assert.deepEqual([...tableRights().keys()].toSorted(), [...tables, HISTORY].toSorted());
  const refusing = lines
    .filter((line) => /TRIGGER \w*_refuse/.test(line))
    .map((line) => line.split(":")[0]);
  assert.deepEqual(new Set(refusing), APPEND_ONLY);
});

test("the service gets its rights on new tables", async (t) => {
  const { url, ownerUrl } = await migrated(t);
  await execute(ownerUrl, "CREATE TABLE later (id INT)");
  const rights = new Map([["later", "SELECT, INSERT, UPDATE, DELETE"]]);
  await runScript(ownerUrl, sqlForTables(nameOf(url), userOf(url), rights));
  await execute(
    url,
    "INSERT INTO later VALUES (1)",
    "UPDATE later SET id = 2",
    "SELECT id FROM later",
    "DELETE FROM later",
  );
});

test("roles that are made again are the same, and narrower if they were wider", async (t) => {
  const { url, ownerUrl } = await migrated(t);
  const before = await rightsIn(url);
  const script = await printRoles(url, ownerUrl);
  await runScript(asAdministrator(url), script);
  assert.deepEqual(await rightsIn(url), before);
  const grant = `GRANT DELETE ON audit_events TO ${quoted(userOf(url))}`;
  await execute(asAdministrator(url), grant);
  assert.notDeepEqual(await rightsIn(url), before);
  await runScript(asAdministrator(url), script);
  assert.deepEqual(await rightsIn(url), before);
});

test("a role that could do everything is narrowed", async (t) => {
  const random = randomBytes(4).toString("hex");
  const names = { owner: `o_${random}`, service: `s_${random}` };
  const database = await emptyDatabase(names);
  t.after(() => database.drop());
  const { url, ownerUrl } = database;
  const urls = { DATABASE_URL: url, MIGRATION_DATABASE_URL: ownerUrl };
  const { code, stderr } = await run(["migrate"], { ...ENVIRONMENT, ...urls });
  assert.equal(code, 0, stderr);
  const before = await rightsIn(url);
  await giveEverything(url);
  assert.notDeepEqual(await rightsIn(url), before);
  await runScript(asAdministrator(url), await printRoles(url, ownerUrl));
  assert.deepEqual(await rightsIn(url), before);
});

test("names are quoted in SQL", async (t) => {
  for (const hostile of HOSTILE) {
    await t.test(hostile, async (t) => {
      const name = `t${hostile}${randomBytes(3).toString("hex")}`;
      const names = { database: name, owner: `${name}_o`, service: `${name}_s` };
      const database = await emptyDatabase(names);
      t.after(() => database.drop());
      const { url, ownerUrl } = database;
      await execute(ownerUrl, "CREATE TABLE users (id INT)");
      await runScript(asAdministrator(url), await printRoles(url, ownerUrl));
      await execute(url, "INSERT INTO users VALUES (1)");
      await assert.rejects(execute(url, "DROP TABLE users"), /denied|must be owner/);
    });
  }
});

test("names come from the URLs and passwords are not printed", async () => {
  const url = `${SCHEME}://ann:hunter2@127.0.0.1/orders`;
  const first = await run(["roles"], { DATABASE_URL: url });
  assert.equal(first.code, 0, first.stderr);
  for (const name of ["orders", "ann", "ann_owner"]) {
    assert.ok(first.stdout.includes(name));
  }
  const owner = `${SCHEME}://bob:hunter2@127.0.0.1/orders`;
  const second = await run(["roles"], { DATABASE_URL: url, MIGRATION_DATABASE_URL: owner });
  assert.ok(second.stdout.includes("bob"));
  assert.ok(!`${first.stdout}${second.stdout}`.includes("hunter2"));
});

test("names that cannot be are refused", async () => {
  const faults: [string[], string][] = [
    [[], "--database is missing"],
    [["--database", "d", "--service", "a", "--owner", "a"], "must differ"],
    [["--database", "d", "--service", "a\n", "--owner", "b"], "--service must be printable"],
    [["--database", "\u20ac".repeat(22), "--service", "a"], "--database must be printable"],
    [["--database", "d", "--service", "a".repeat(60)], "--owner must be printable"],
  ];
  for (const [given, fault] of faults) {
    const { code, stdout, stderr } = await run(["roles", ...given], {});
    assert.deepEqual([code, stdout], [2, ""]);
    assert.ok(stderr.includes(fault), stderr);
  }
});

test("a service that does not exist is a failure of migrating", async (t) => {
  const database = await emptyDatabase();
  t.after(() => database.drop());
  const urls = {
    DATABASE_URL: asRole(database.url, "nobody_at_all"),
    MIGRATION_DATABASE_URL: database.ownerUrl,
  };
  const { code, stderr } = await run(["migrate"], { ...ENVIRONMENT, ...urls });
  assert.equal(code, 1);
  assert.match(stderr, /Granting privileges to nobody_at_all failed: /);
  assert.ok(stderr.includes("`node src/cli.ts roles`"));
});
