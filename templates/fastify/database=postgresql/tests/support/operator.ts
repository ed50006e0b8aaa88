/** What the operator of a PostgreSQL server does to those who use it. */

import pg from "pg";
import { asAdministrator, execute, nameOf, onServer, quoted } from "./database.ts";

const OTHERS = (name: string): string =>
  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity " +
  `WHERE datname = '${name}' AND pid <> pg_backend_pid()`;

/** Ends every connection to a database; returns how many there were. */
export const endConnections = async (url: string): Promise<number> =>
  Number((await onServer(OTHERS(nameOf(url))))[0]?.[0]);

/** Ends every connection to a database that waits for a lock; returns how many there were. */
export const endWaiting = async (url: string): Promise<number> =>
  Number((await onServer(`${OTHERS(nameOf(url))} AND wait_event_type = 'Lock'`))[0]?.[0]);

/** Keeps everybody from reading a table, during some work. */
export const withLockedTable = async (
  url: string,
  table: string,
  work: () => Promise<void>,
): Promise<void> => {
  const client = new pg.Client({ connectionString: asAdministrator(url) });
  await client.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await work();
  } finally {
    await client.end();
  }
};

/** Refuses new connections to a database, during some work. */
export const refusingConnections = async (
  url: string,
  work: () => Promise<void>,
): Promise<void> => {
  const alter = `ALTER DATABASE ${quoted(nameOf(url))} ALLOW_CONNECTIONS`;
  await onServer(`${alter} false`);
  try {
    await work();
  } finally {
    await onServer(`${alter} true`);
  }
};

/** Gives who uses a URL rights on a table that the service has not, during some work. */
export const withRight = async (
  url: string,
  right: string,
  table: string,
  work: () => Promise<void>,
): Promise<void> => {
  const who = quoted(userOf(url));
  await execute(asAdministrator(url), `GRANT ${right} ON ${table} TO ${who}`);
  try {
    await work();
  } finally {
    await execute(asAdministrator(url), `REVOKE ${right} ON ${table} FROM ${who}`);
  }
};

/** Makes a table beside those of the service, during some work that gets its name. */
export const withTableBeside = async (
  url: string,
  work: (table: string) => Promise<void>,
): Promise<void> => {
  const administrator = asAdministrator(url);
  await execute(administrator, "CREATE SCHEMA beside", "CREATE TABLE beside.kept (id INT)");
  await work("beside.kept");
  await execute(administrator, "DROP SCHEMA beside CASCADE");
};

/** Makes who uses a URL the owner of its database and tables. */
export const giveEverything = async (url: string): Promise<void> => {
  const who = quoted(userOf(url));
  await execute(
    asAdministrator(url),
    `ALTER DATABASE ${quoted(nameOf(url))} OWNER TO ${who}`,
    `ALTER TABLE users OWNER TO ${who}`,
    `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${who}`,
    `GRANT ALL ON SCHEMA public TO ${who}`,
  );
};

/** Lists who may do what in a database. */
export const rightsIn = (url: string): Promise<unknown[][]> =>
  execute(
    asAdministrator(url),
    "SELECT oid::regclass::text, relacl::text FROM pg_class " +
      "WHERE relnamespace = 'public'::regnamespace UNION ALL " +
      "SELECT defaclobjtype::text, defaclacl::text FROM pg_default_acl UNION ALL " +
      "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' UNION ALL " +
      "SELECT datname, datacl::text FROM pg_database WHERE datname = current_database() " +
      "ORDER BY 1, 2",
  );

const userOf = (url: string): string => decodeURIComponent(new URL(url).username);
