/** The owner of a PostgreSQL database and the role of the service, as SQL. */

import { connect } from "./driver.ts";
import { inTurn } from "./migrating.ts";
import type { Rights } from "./rights.ts";

export const MAX_NAME_BYTES = { database: 63, owner: 63, service: 63 };

export interface Roles {
  readonly database: string;
  readonly owner: string;
  readonly service: string;
}

/** Returns statements, in one transaction, for an administrator connected to the database. */
export const sqlForRoles = ({ database, owner, service }: Roles, rights: Rights): string[] => {
  const ofDatabase = nameOf(database);
  const toOwner = nameOf(owner);
  const toService = nameOf(service);
  const byDefault = `ALTER DEFAULT PRIVILEGES FOR ROLE ${toOwner} IN SCHEMA public`;
  return [
    "BEGIN;",
    block(
      `BEGIN IF current_database() <> ${textOf(database)} THEN`,
      `  RAISE EXCEPTION 'connect to the database %', ${textOf(database)};`,
      "END IF; END",
    ),
    ...[toOwner, toService].map((role) =>
      block(`BEGIN CREATE ROLE ${role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END`),
    ),
    ...passwordOf(owner, "roles.owner_password"),
    ...passwordOf(service, "roles.service_password"),
    "-- For the administrator of a managed server, who is no superuser.",
    `GRANT ${toOwner}, ${toService} TO CURRENT_USER;`,
    `ALTER DATABASE ${ofDatabase} OWNER TO ${toOwner};`,
    `REASSIGN OWNED BY ${toService} TO ${toOwner};`,
    `REVOKE CREATE, TEMPORARY ON DATABASE ${ofDatabase} FROM PUBLIC, ${toService};`,
    `GRANT CONNECT ON DATABASE ${ofDatabase} TO ${toService};`,
    `REVOKE ALL ON SCHEMA public FROM PUBLIC, ${toService};`,
    `GRANT ALL ON SCHEMA public TO ${toOwner};`,
    `GRANT USAGE ON SCHEMA public TO ${toService};`,
    "-- For the tables of later migrations, should another program than `migrate` run them.",
    `${byDefault} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${toService};`,
    `${byDefault} GRANT USAGE ON SEQUENCES TO ${toService};`,
    ...sqlForTables(database, service, rights),
    `REVOKE ${toOwner}, ${toService} FROM CURRENT_USER;`,
    "COMMIT;",
  ];
};

/** Returns the grants of the service on the existing tables, after revoking all others. */
export const sqlForTables = (_database: string, service: string, rights: Rights): string[] => {
  const role = textOf(service);
  const values = [...rights].map(([table, may]) => `      (${textOf(table)}, ${textOf(may)})`);
  return [
    block(
      "DECLARE needed record; sequence regclass; BEGIN",
      "  FOR needed IN SELECT format('%I.%I', schemaname, tablename) AS name, may FROM (VALUES",
      values.join(",\n"),
      "    ) AS rights (of_table, may) JOIN pg_tables ON tablename = of_table",
      "    WHERE schemaname = current_schema() LOOP",
      `    EXECUTE format('REVOKE ALL ON %s FROM %I', needed.name, ${role});`,
      `    EXECUTE format('GRANT %s ON %s TO %I', needed.may, needed.name, ${role});`,
      "    FOR sequence IN SELECT objid FROM pg_depend JOIN pg_class ON oid = objid",
      "      WHERE classid = 'pg_class'::regclass AND relkind = 'S'",
      "      AND refobjid = needed.name::regclass AND needed.may LIKE '%INSERT%' LOOP",
      `      EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', sequence, ${role});`,
      "    END LOOP;",
      "  END LOOP;",
      "END",
    ),
  ];
};

/** Runs statements in one transaction. */
export const runAsOwner = async (url: string, statements: readonly string[]): Promise<void> => {
  // Of two concurrent changes of the privileges on a table, the server fails one.
  await inTurn(url, async () => {
    const client = await connect(url);
    try {
      await client.query(statements.join("\n"));
    } finally {
      await client.end();
    }
  });
};

const passwordOf = (role: string, given: string): string[] => [
  `-- A role has no password until it is given one: SET ${given} = '...', or \\password`,
  block(
    `BEGIN IF current_setting('${given}', true) <> '' THEN`,
    `  EXECUTE format('ALTER ROLE %I PASSWORD %L', ${textOf(role)},`,
    `    current_setting('${given}'));`,
    "END IF; END",
  ),
];

const nameOf = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const textOf = (text: string): string => {
  // The E makes backslashes independent of the server's settings.
  const prefix = text.includes("\\") ? "E" : "";
  return `${prefix}'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
};

/** Returns an anonymous block, with a dollar quote that does not occur in it. */
const block = (...lines: readonly string[]): string => {
  const body = lines.join("\n");
  let quote = "$$";
  while (body.includes(quote)) {
    quote = `$q${quote.slice(1)}`;
  }
  return `DO ${quote}\n${body}\n${quote};`;
};
