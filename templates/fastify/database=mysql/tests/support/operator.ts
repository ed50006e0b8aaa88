/** What the operator of a MySQL server does to those who use it. */

import mysql from "mysql2/promise";
import { connectionOptions } from "../../src/database/connection.ts";
import { asAdministrator, execute, nameOf, onServer, quoted } from "./database.ts";

/** Ends every connection to a database; returns how many there were. */
export const endConnections = (url: string): Promise<number> => end(url, "KILL CONNECTION", "");

/** Ends every statement in a database that waits for a lock; returns how many there were. */
export const endWaiting = (url: string): Promise<number> =>
  end(url, "KILL QUERY", "Waiting for table");

/** Keeps everybody from reading a table, during some work. */
export const withLockedTable = async (
  url: string,
  table: string,
  work: () => Promise<void>,
): Promise<void> => {
  const connection = await mysql.createConnection(connectionOptions(asAdministrator(url)));
  try {
    await connection.query(`LOCK TABLES ${table} WRITE`);
    await work();
  } finally {
    await connection.end();
  }
};

/** Refuses new connections as the account of a URL, during some work. */
export const refusingConnections = async (
  url: string,
  work: () => Promise<void>,
): Promise<void> => {
  const who = quoted(userOf(url));
  await onServer(`ALTER USER ${who} ACCOUNT LOCK`);
  try {
    await work();
  } finally {
    await onServer(`ALTER USER ${who} ACCOUNT UNLOCK`);
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
  const beside = `${nameOf(url)}_beside`;
  await onServer(`CREATE DATABASE ${beside}`, `CREATE TABLE ${beside}.kept (id INT)`);
  await work(`${beside}.kept`);
  await onServer(`DROP DATABASE ${beside}`);
};

/** Lets who uses a URL do everything in its database. */
export const giveEverything = async (url: string): Promise<void> => {
  const [who, database] = [quoted(userOf(url)), quoted(nameOf(url))];
  await onServer(
    `GRANT ALL ON ${database}.* TO ${who} WITH GRANT OPTION`,
    `GRANT ALL ON ${database}.audit_events TO ${who}`,
  );
};

/** Lists who may do what in a database. */
export const rightsIn = async (url: string): Promise<unknown[][]> => {
  const rows = await onServer(`SHOW GRANTS FOR ${quoted(userOf(url))}`);
  return rows.toSorted();
};

const end = async (url: string, command: string, state: string): Promise<number> => {
  const others = await onServer(
    "SELECT id, state FROM information_schema.processlist " +
      `WHERE db = '${nameOf(url)}' AND id <> CONNECTION_ID()`,
  );
  const ended = others.filter(([, found]) => String(found ?? "").startsWith(state));
  for (const [id] of ended) {
    await onServer(`${command} ${id}`);
  }
  return ended.length;
};

const userOf = (url: string): string => decodeURIComponent(new URL(url).username);
