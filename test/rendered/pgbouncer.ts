import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findDaemon } from "./daemon.ts";
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
export const findPgBouncer = (): string | undefined => findDaemon("pgbouncer");

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

  let output = "";
  const child = spawn(program, [...(isRoot ? ["-u", "nobody"] : []), config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  while (child.exitCode === null && !(await accepts(port))) await sleep(50);
  if (child.exitCode !== null) throw new Error(`pgbouncer: ${output}`);
  target.hostname = "127.0.0.1";
  target.port = String(port);
  return { url: target.href, stop };
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
