/** Databases for the tests: made on the server of `TEST_DATABASE_URL`, and dropped at the end. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after } from "node:test";
import mysql from "mysql2/promise";
import { connectionOptions } from "../../src/database/connection.ts";
import { grantRights } from "../../src/database/granting.ts";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { tableRights } from "../../src/database/rights.ts";
import { type Roles, sqlForRoles } from "../../src/database/roles.ts";
import { loadSettings } from "../../src/settings/index.ts";
import { ENVIRONMENT } from "./environment.ts";
import { ReusedDatabases } from "./reused.ts";

export interface TestDatabase {
  /** The URL that the service uses. */
  readonly url: string;
  /** The same database for the owner of its tables. */
  readonly ownerUrl: string;
  drop(): Promise<void>;
}

export const SCHEME = "mysql";
/** The options of a URL that encrypts and knows the server. */
export const OVER_TLS = `ssl_ca=${import.meta.filename}`;
export const DEFAULT_PORT = 3306;
/** What the server says of a database that it does not have. */
export const NO_DATABASE = /Access denied|Unknown database/;
const SERVER = process.env["TEST_DATABASE_URL"] ?? "";
const PASSWORD = randomBytes(12).toString("hex");
// The accounts of all databases of this process; the password is that of both.
const PREFIX = `test_${randomBytes(6).toString("hex")}`;
const ACCOUNTS = { owner: `${PREFIX}_owner`, service: `${PREFIX}_svc` };
let made = 0;
const TABLES = `
  SELECT table_name FROM information_schema.tables
  WHERE table_schema = DATABASE() AND table_name <> 'schema_migrations'`;
// What tells whether a test has changed the schema, its rights or its history.
const SCHEMA = [
  "SELECT * FROM schema_migrations",
  "SELECT * FROM information_schema.columns WHERE table_schema = DATABASE()",
  "SELECT * FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
  "SELECT table_name, index_name, column_name FROM information_schema.statistics " +
    "WHERE table_schema = DATABASE()",
  "SELECT * FROM information_schema.schema_privileges WHERE table_schema = DATABASE()",
  "SELECT * FROM information_schema.table_privileges WHERE table_schema = DATABASE()",
];

after(async () => {
  await reused.end();
  await onServer(`DROP USER IF EXISTS ${ACCOUNTS.owner}, ${ACCOUNTS.service}`);
});

/** Makes a database without a schema, for accounts of its own if they are named. */
export const emptyDatabase = async (given: Partial<Roles> = {}): Promise<TestDatabase> => {
  assert.ok(SERVER, "Set TEST_DATABASE_URL to a MySQL or MariaDB to make databases on.");
  made += 1;
  const names = { database: `${PREFIX}_${made}`, ...ACCOUNTS, ...given };
  await runScript(SERVER, [
    `SET @owner_password = '${PASSWORD}', @service_password = '${PASSWORD}'`,
    ...sqlForRoles(names, tableRights()),
  ]);
  const url = new URL(SERVER);
  url.pathname = encodeURIComponent(names.database);
  return {
    url: asRole(url.href, names.service),
    ownerUrl: asRole(url.href, names.owner),
    drop: async () => {
      await onServer(`DROP DATABASE IF EXISTS ${quoted(names.database)}`);
      for (const account of [given.owner, given.service].filter((name) => name !== undefined)) {
        await onServer(`DROP USER IF EXISTS ${quoted(account)}`);
      }
    },
  };
};

/** Writes a name as SQL. */
export const quoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** Runs a script as the client of the server would. */
export const runScript = async (url: string, lines: readonly string[]): Promise<void> => {
  await execute(url, ...lines.filter((line) => !line.startsWith("--")));
};

/** Returns the URL of the same database for another account, of these databases. */
export const asRole = (url: string, account: string): string => {
  const parts = new URL(url);
  parts.username = encodeURIComponent(account);
  parts.password = PASSWORD;
  return parts.href;
};

/** Returns a database with the newest schema and no rows. */
export const newDatabase = (): Promise<TestDatabase> => reused.take();

const migratedDatabase = async (): Promise<TestDatabase> => {
  const database = await emptyDatabase();
  await migrateDatabase(database.ownerUrl);
  const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.ownerUrl };
  const settings = loadSettings({ environment: { ...ENVIRONMENT, ...urls }, file: {} });
  assert.deepEqual(await grantRights(settings), []);
  return database;
};

/** Deletes all rows; returns what the schema is now. */
const emptied = async ({ url }: TestDatabase): Promise<string> => {
  const connection = await mysql.createConnection(connectionOptions(asAdministrator(url)));
  const rowsOf = async (sql: string): Promise<unknown[][]> => {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return rows as unknown[][];
  };
  try {
    await connection.query("SET FOREIGN_KEY_CHECKS = 0");
    for (const [name] of await rowsOf(TABLES)) {
      const table = quoted(String(name));
      // No trigger is in the way of this; of a table without rows, it would take long.
      if ((await rowsOf(`SELECT 1 FROM ${table} LIMIT 1`)).length > 0) {
        await connection.query(`TRUNCATE ${table}`);
      }
    }
    const all = [];
    for (const part of SCHEMA) all.push((await rowsOf(part)).map(String).toSorted());
    return JSON.stringify(all);
  } finally {
    await connection.end();
  }
};

const reused = new ReusedDatabases(migratedDatabase, emptied);

/** Returns the URL of the same database for an administrator of its server. */
export const asAdministrator = (url: string): string => {
  const administrator = new URL(SERVER);
  administrator.pathname = new URL(url).pathname;
  return administrator.href;
};

/** Returns the name of the database of a URL. */
export const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/** Runs statements one by one; returns the rows of the last. */
export const execute = async (
  url: string,
  ...statements: readonly string[]
): Promise<unknown[][]> => {
  const connection = await mysql.createConnection(connectionOptions(url));
  try {
    let rows: unknown = [];
    for (const sql of statements) {
      [rows] = await connection.query({ sql, rowsAsArray: true });
    }
    return rows as unknown[][];
  } finally {
    await connection.end();
  }
};

/** Runs statements as the administrator of the server. */
export const onServer = (...statements: readonly string[]): Promise<unknown[][]> =>
  execute(SERVER, ...statements);
