/** The owner of a MySQL database and the account of the service, as SQL. */

import { connect } from "./driver.ts";
import type { Rights } from "./rights.ts";

/** The limit of MySQL; MariaDB allows longer account names. */
export const MAX_NAME_BYTES = { database: 64, owner: 32, service: 32 };

export interface Roles {
  readonly database: string;
  readonly owner: string;
  readonly service: string;
}

/** Returns statements for an administrator, one per line. */
export const sqlForRoles = ({ database, owner, service }: Roles, rights: Rights): string[] => {
  // A grant on a database takes a pattern.
  const pattern = database.replaceAll(/[\\_%]/g, "\\$&");
  const ofService = `user = ${textOf(service)} AND host = '%'`;
  return [
    "SET NAMES utf8mb4;",
    // NO_BACKSLASH_ESCAPES or ANSI_QUOTES would break the quoting below.
    "SET SESSION sql_mode = 'TRADITIONAL';",
    `CREATE DATABASE IF NOT EXISTS ${nameOf(database)};`,
    ...account(owner, "@owner_password"),
    ...account(service, "@service_password"),
    `GRANT ALL PRIVILEGES ON ${nameOf(pattern)}.* TO ${accountOf(owner)} WITH GRANT OPTION;`,
    // Privileges add up: those on the database would include the audit trail.
    ...runIf(
      `EXISTS (SELECT * FROM mysql.db WHERE ${ofService})`,
      textOf(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${accountOf(service)}`),
    ),
    ...[...rights].flatMap(([table, may]) =>
      runIf(
        `EXISTS (SELECT * FROM mysql.tables_priv WHERE ${ofService} AND db = ${textOf(database)}` +
          ` AND table_name = ${textOf(table)} AND table_priv <> ${textOf(asStored(may))})`,
        textOf(`REVOKE ALL ON ${nameOf(database)}.${nameOf(table)} FROM ${accountOf(service)}`),
      ),
    ),
    ...sqlForTables(database, service, rights),
  ];
};

/** Returns the grants of the service on the existing tables. */
export const sqlForTables = (database: string, service: string, rights: Rights): string[] =>
  [...rights].flatMap(([table, may]) =>
    runIf(
      "EXISTS (SELECT * FROM information_schema.tables " +
        `WHERE table_schema = ${textOf(database)} AND table_name = ${textOf(table)})`,
      textOf(`GRANT ${may} ON ${nameOf(database)}.${nameOf(table)} TO ${accountOf(service)}`),
    ),
  );

/** Runs statements, each committed by itself. */
export const runAsOwner = async (url: string, statements: readonly string[]): Promise<void> => {
  const connection = await connect(url);
  try {
    for (const sql of statements) {
      await connection.query({ sql });
    }
  } finally {
    await connection.end();
  }
};

const account = (name: string, given: string): string[] => {
  const identify = textOf(`ALTER USER ${accountOf(name)} IDENTIFIED BY `);
  return [
    `CREATE USER IF NOT EXISTS ${accountOf(name)} ACCOUNT LOCK;`,
    `-- An account is locked until it is given a password: SET ${given} = '...';`,
    ...runIf(`${given} <> ''`, `CONCAT(${identify}, QUOTE(${given}), ' ACCOUNT UNLOCK')`),
  ];
};

/** Runs the statement of an expression if a condition holds. */
const runIf = (condition: string, statement: string): string[] => [
  `SET @statement = IF(${condition}, ${statement}, 'DO 0');`,
  "PREPARE statement FROM @statement;",
  "EXECUTE statement;",
];

/** Writes privileges as the server keeps them: `Select,Insert`. */
const asStored = (may: string): string =>
  may
    .split(", ")
    .map((right) => right.charAt(0) + right.slice(1).toLowerCase())
    .join(",");

const accountOf = (name: string): string => `${textOf(name)}@'%'`;

const nameOf = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

const textOf = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
