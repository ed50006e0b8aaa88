import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, startDaemon } from "./daemon.ts";
import type { Project } from "./project.ts";
import { freePort } from "./service.ts";

export type PgBouncer = {
  /** The database that it was started for, through it. */
  readonly url: string;
  readonly stop: () => Promise<void>;
};

/** Connections that it shares among all that it has let in. */
const SHARED_CONNECTIONS = 3;

/** Where PgBouncer is on this machine. */
export const findPgBouncer = (): string | undefined => findProgram("pgbouncer");

/** Starts PgBouncer in transaction mode in front of a database. */
export const startPgBouncer = async (
  program: string,
  project: Project,
  database: string,
): Promise<PgBouncer> => {
  const target = new URL(database);
  const port = await freePort();
  const users = join(project.folder, "pgbouncer.users");
  const config = join(project.folder, "pgbouncer.ini");
  writeFileSync(users, `"${target.username}" "${target.password}"\n`);
  writeFileSync(
    config,
    [
      "[databases]",
      `* = host=${target.hostname} port=${target.port || "5432"}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = scram-sha-256",
      `auth_file = ${users}`,
      "pool_mode = transaction",
      `default_pool_size = ${SHARED_CONNECTIONS}`,
      "max_client_conn = 100",
      "",
    ].join("\n"),
  );
  // It refuses to run as root, and whoever it runs as instead has to read its files.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [project.folder, users, config]) chmodSync(path, 0o755);

  const args = [...(isRoot ? ["-u", "nobody"] : []), config];
  const daemon = await startDaemon(program, args, port);
  target.hostname = "127.0.0.1";
  target.port = String(port);
  return { url: target.href, stop: daemon.stop };
};
