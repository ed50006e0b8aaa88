/** Connections to MySQL and MariaDB that behave alike, whatever the server's configuration. */

import { readFileSync } from "node:fs";
import mysql, { type ConnectionOptions } from "mysql2/promise";

const CONNECT_MILLISECONDS = 5_000;
// In seconds; the server's defaults are 50 and a day. A request that has gone leaves its statement
// waiting on the server.
const LOCK_SECONDS = 10;

/** Reads the options of the driver out of a URL: `?ssl_ca=ca.pem` names the trusted CA. */
export const connectionOptions = (text: string): ConnectionOptions => {
  const url = new URL(text);
  const read = (name: string) => {
    const path = url.searchParams.get(name);
    return path === null ? undefined : readFileSync(path, "utf8");
  };
  const socketPath = url.searchParams.get("unix_socket");
  const ca = read("ssl_ca");
  const ssl = { ca, cert: read("ssl_cert"), key: read("ssl_key"), verifyIdentity: true };
  return {
    ...(socketPath === null
      ? { host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1") }
      : { socketPath }),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(ca === undefined ? {} : { ssl }),
    charset: "utf8mb4",
    timezone: "Z",
    connectTimeout: CONNECT_MILLISECONDS,
    // An object among the parameters is text, and never names of columns.
    stringifyObjects: true,
    // Rows that match are counted, even if nothing in them changes, as other databases do.
    flags: ["FOUND_ROWS"],
  };
};

/** Returns what a session is told before it is used. */
export const sessionStatements = (statementSeconds?: number): readonly string[] => [
  // A value that does not fit is an error instead of being truncated. NO_BACKSLASH_ESCAPES is off:
  // the driver escapes with backslashes, and otherwise a quote would end the string.
  "SET SESSION sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY', time_zone = '+00:00', " +
    `innodb_lock_wait_timeout = ${LOCK_SECONDS}, lock_wait_timeout = ${LOCK_SECONDS}` +
    (statementSeconds === undefined ? "" : statementLimit(statementSeconds)),
  // A transaction that has waited for a lock reads what the other one wrote. No gaps between rows
  // are locked, which would deadlock concurrent inserts.
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

// MariaDB runs only the first comment, MySQL only the second.
const statementLimit = (seconds: number): string =>
  ` /*M!, max_statement_time = ${seconds} */ /*!80000 , max_execution_time = ${seconds * 1000} */`;

/** Opens a connection outside the pool, for the owner of the tables. */
export const openConnection = async (url: string): Promise<mysql.Connection> => {
  const connection = await mysql.createConnection(connectionOptions(url));
  for (const statement of sessionStatements()) {
    await connection.query(statement);
  }
  return connection;
};
