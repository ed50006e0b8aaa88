import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Selection } from "../../src/options/types.ts";
import { harnessOf } from "./harness.ts";
import type { Project, Variables } from "./project.ts";

/** What a project has for itself on a server. */
type Place = {
  /** For its own tests. */
  readonly tests: Variables;
  /** For the service that is started. */
  readonly service: Variables;
  readonly remove: () => Promise<unknown>;
};

export type Server = {
  readonly label: string;
  readonly url: string;
  /** What the tests of a project read its address from. */
  readonly variable: string;
  /** The choices that need it. */
  readonly neededBy: Readonly<Record<string, readonly string[]>>;
  /** Its version, as it says itself. */
  readonly version: (project: Project) => Promise<string>;
  readonly open: (project: Project) => Promise<Place>;
};

/** Makes a database and an account that owns it, both of one random name. */
const makeDatabase = async (
  server: string,
  run: (statement: string) => Promise<unknown>,
  statements: {
    readonly make: (name: string, password: string) => readonly string[];
    readonly drop: (name: string) => readonly string[];
  },
): Promise<Place> => {
  const name = `rendered_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(18).toString("hex");
  const url = new URL(server);
  Object.assign(url, { username: name, password, pathname: `/${name}` });
  for (const statement of statements.make(name, password)) await run(statement);
  return {
    tests: { TEST_DATABASE_URL: server },
    service: { DATABASE_URL: url.href },
    remove: async () => {
      for (const statement of statements.drop(name)) await run(statement);
    },
  };
};

const postgresql: Server = {
  label: "PostgreSQL",
  url: process.env.TEST_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres",
  variable: "TEST_DATABASE_URL",
  neededBy: { database: ["postgresql"] },
  version: async (project) => {
    const [number = ""] = (
      await onPostgresql(project, postgresql.url, "SHOW server_version")
    ).split(" ");
    return number;
  },
  open: (project) =>
    makeDatabase(postgresql.url, (text) => onPostgresql(project, postgresql.url, text), {
      make: (name, password) => [
        `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`,
        `CREATE DATABASE ${name} OWNER ${name}`,
      ],
      drop: (name) => [`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${name}`],
    }),
};

/** Runs a query and gives its first value, or runs any other SQL, of several statements too. */
export const onPostgresql = (project: Project, url: string, text: string): Promise<string> =>
  harnessOf(project.selection).onPostgresql(project, url, text);

const mysql: Server = {
  label: "MySQL",
  url: process.env.TEST_MYSQL_URL ?? "mysql://root@127.0.0.1:3306/mysql",
  variable: "TEST_DATABASE_URL",
  neededBy: { database: ["mysql"] },
  version: async (project) => {
    const [number = ""] =
      /^[\d.]+(-MariaDB)?/.exec(await onMysql(project, "SELECT VERSION()")) ?? [];
    return number;
  },
  open: (project) =>
    makeDatabase(mysql.url, (statement) => onMysql(project, statement), {
      make: (name, password) => [
        `CREATE USER ${name} IDENTIFIED BY '${password}'`,
        `CREATE DATABASE ${name}`,
        `GRANT ALL ON ${name}.* TO ${name}`,
      ],
      drop: (name) => [`DROP DATABASE ${name}`, `DROP USER ${name}`],
    }),
};

const onMysql = (project: Project, statement: string): Promise<string> =>
  harnessOf(project.selection).onMysql(project, mysql.url, statement);

/** Runs a statement on the database of a project's kind, and gives its first value. */
export const onDatabase = (project: Project, url: string, statement: string): Promise<string> => {
  const { onPostgresql, onMysql, onSqlite } = harnessOf(project.selection);
  const kinds: Readonly<Record<string, typeof onSqlite>> = {
    postgresql: onPostgresql,
    mysql: onMysql,
    sqlite: onSqlite,
  };
  const query = kinds[String(project.selection.database)];
  if (query === undefined) throw new Error(`no queries on ${project.selection.database}`);
  return query(project, url, statement);
};

const redis: Server = {
  label: "Redis",
  url: process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379/15",
  variable: "TEST_REDIS_URL",
  neededBy: { state: ["redis"], jobs: ["taskiq", "bullmq"] },
  version: (project) => harnessOf(project.selection).redis.version(project, redis.url),
  open: async (project) => {
    const prefix = `rendered-${randomBytes(6).toString("hex")}`;
    return {
      tests: { TEST_REDIS_URL: redis.url },
      service: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: prefix },
      remove: () => harnessOf(project.selection).redis.drop(project, redis.url, prefix),
    };
  },
};

const servers: readonly Server[] = [postgresql, mysql, redis];

export const serversOf = (selection: Selection): readonly Server[] =>
  servers.filter(({ neededBy }) =>
    Object.entries(neededBy).some(([option, choices]) =>
      choices.includes(String(selection[option])),
    ),
  );

/** An empty database of a project's kind, for its service. */
export const openDatabase = async (
  project: Project,
): Promise<{ readonly url: string; readonly remove: () => Promise<unknown> }> => {
  const [server] = serversOf({ database: project.selection.database ?? "" });
  if (server !== undefined) {
    const { service, remove } = await server.open(project);
    return { url: service.DATABASE_URL ?? "", remove };
  }
  const folder = mkdtempSync(join(tmpdir(), "database-"));
  return {
    url: `sqlite:///${join(folder, "app.db")}`,
    remove: async () => rmSync(folder, { recursive: true }),
  };
};

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  "postgresql:": "5432",
  "mysql:": "3306",
  "redis:": "6379",
};

/** What a selection needs that this machine does not have, for people; undefined when nothing. */
export const missingServer = async (selection: Selection): Promise<string | undefined> => {
  for (const { label, url } of serversOf(selection)) {
    const { hostname, port, protocol } = new URL(url);
    const number = port === "" ? DEFAULT_PORTS[protocol] : port;
    const answers = await new Promise<boolean>((done) => {
      // Long: time passes here too while other tests of this process render projects.
      const socket = connect({ host: hostname, port: Number(number), timeout: 60_000 });
      const end = (result: boolean) => {
        socket.destroy();
        done(result);
      };
      socket.once("connect", () => end(true));
      socket.once("error", () => end(false));
      socket.once("timeout", () => end(false));
    });
    if (!answers) return `no ${label} at ${hostname}:${number}`;
  }
  return undefined;
};
