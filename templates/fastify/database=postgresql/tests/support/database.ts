/** Databases for the tests: made on the server of `TEST_DATABASE_URL`, and dropped at the end. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after } from "node:test";
import pg from "pg";
import { clientConfig } from "../../src/database/connection.ts";
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

export const SCHEME = "postgresql";
/** The options of a URL that encrypts and knows the server. */
export const OVER_TLS = "sslmode=verify-full";
export const DEFAULT_PORT = 5432;
/** What the server says of a database that it does not have. */
export const NO_DATABASE = /does not exist/;
const SERVER = process.env["TEST_DATABASE_URL"] ?? "";
// No trigger and no key is in the way.
const EMPTY = `
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    IF name <> 'schema_migrations' THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
END $$`;
// Each change of a catalogue's row is by another transaction.
const SCHEMA = `
SELECT md5(string_agg(row_of, ' ' ORDER BY row_of)) FROM (
  SELECT concat(oid, ':', xmin) AS row_of FROM pg_class WHERE oid >= 16384
  UNION ALL SELECT concat(oid, ':', xmin) FROM pg_trigger
  UNION ALL SELECT concat(oid, ':', xmin) FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT concat(oid, ':', xmin) FROM pg_namespace
  UNION ALL SELECT concat(name, ':', xmin) FROM schema_migrations
) AS catalogue`;
const PASSWORD = randomBytes(12).toString("hex");
// The roles of all databases of this process; the password is that of both.
const PREFIX = `test_${randomBytes(6).toString("hex")}`;
const ROLES = { owner: `${PREFIX}_owner`, service: `${PREFIX}_service` };
// Dropping waits for a checkpoint, which one does for several.
const DROPPED_AT_ONCE = 16;
const ended: string[] = [];
// A connection takes the server longer than what emptying asks of it.
const emptying = new Map<string, pg.Pool>();
let made = 0;
let migrated: Promise<TestDatabase> | undefined;

after(async () => {
  await reused.end();
  const left = await onServer(
    `SELECT datname FROM pg_database WHERE starts_with(datname, '${PREFIX}_')`,
  );
  await Promise.all(left.map(([name]) => dropNow(String(name))));
  await onServer(`DROP ROLE IF EXISTS ${ROLES.owner}, ${ROLES.service}`);
});

/** Makes a database without a schema, for roles of its own if they are named. */
export const emptyDatabase = async (names: Partial<Roles> = {}): Promise<TestDatabase> =>
  await makeDatabase("", names);

/** Returns a database with the newest schema and no rows. */
export const newDatabase = (): Promise<TestDatabase> => reused.take();

const copyOfMigrated = async (): Promise<TestDatabase> => {
  migrated ??= migrate();
  return await makeDatabase(`TEMPLATE ${nameOf((await migrated).url)}`, {});
};

/** Deletes all rows; returns what tells whether the schema, its rights or its history changed. */
const emptied = async ({ url }: TestDatabase): Promise<unknown> => {
  const pool = emptying.get(url) ?? poolOfOne(asAdministrator(url));
  emptying.set(url, pool);
  await pool.query(EMPTY);
  const { rows } = await pool.query<[unknown]>({ text: SCHEMA, rowMode: "array" });
  return rows[0]?.[0];
};

const poolOfOne = (url: string): pg.Pool => {
  const pool = new pg.Pool({ ...clientConfig(url), max: 1 });
  // A test may end all connections: the next query opens another.
  pool.on("error", () => undefined);
  return pool;
};

const reused = new ReusedDatabases(copyOfMigrated, emptied);

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
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  try {
    let rows: unknown[][] = [];
    for (const text of statements) {
      rows = (await client.query({ text, rowMode: "array" })).rows;
    }
    return rows;
  } finally {
    await client.end();
  }
};

/** Runs statements as the administrator of the server. */
export const onServer = (...statements: readonly string[]): Promise<unknown[][]> =>
  execute(SERVER, ...statements);

/** Writes a name as SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Runs a script as `psql` would. */
export const runScript = async (url: string, lines: readonly string[]): Promise<void> => {
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  try {
    await client.query(lines.join("\n"));
  } finally {
    await client.end();
  }
};

/** Returns the URL of the same database for another role, of these databases. */
export const asRole = (url: string, role: string): string => {
  const parts = new URL(url);
  parts.username = encodeURIComponent(role);
  parts.password = PASSWORD;
  return parts.href;
};

const makeDatabase = async (template: string, given: Partial<Roles>): Promise<TestDatabase> => {
  assert.ok(SERVER, "Set TEST_DATABASE_URL to a PostgreSQL to make databases and roles on.");
  made += 1;
  const names = { database: `${PREFIX}_${made}`, ...ROLES, ...given };
  await onServer(`CREATE DATABASE ${quoted(names.database)} ${template}`);
  const url = new URL(SERVER);
  url.pathname = encodeURIComponent(names.database);
  await runScript(url.href, [
    `SET roles.owner_password = '${PASSWORD}';`,
    `SET roles.service_password = '${PASSWORD}';`,
    ...sqlForRoles(names, tableRights()),
  ]);
  const serviceUrl = asRole(url.href, names.service);
  return {
    url: serviceUrl,
    ownerUrl: asRole(url.href, names.owner),
    drop: async () => {
      await emptying.get(serviceUrl)?.end();
      ended.push(names.database);
      const hasRoles = given.owner !== undefined || given.service !== undefined;
      if (hasRoles || ended.length >= DROPPED_AT_ONCE) {
        await Promise.all(ended.splice(0).map(dropNow));
      }
      for (const role of [given.owner, given.service].filter((role) => role !== undefined)) {
        await onServer(`DROP ROLE IF EXISTS ${quoted(role)}`);
      }
    },
  };
};

const dropNow = (name: string): Promise<unknown> =>
  onServer(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);

const migrate = async (): Promise<TestDatabase> => {
  const database = await emptyDatabase();
  await migrateDatabase(database.ownerUrl);
  const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.ownerUrl };
  const settings = loadSettings({ environment: { ...ENVIRONMENT, ...urls }, file: {} });
  assert.deepEqual(await grantRights(settings), []);
  return database;
};
