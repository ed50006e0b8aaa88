import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type Daemon, findProgram, startDaemon } from "../daemon.ts";
import { freePort } from "../service.ts";

/** A server of the test's own, which may be away for a while. */
export type OwnServer = {
  readonly port: number;
  readonly stop: () => Promise<void>;
  /** Starts it again, on the same port and with what it had. */
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

const DEBIAN = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs on this machine, which Debian keeps outside the PATH. */
export const findPostgresql = (): string | undefined => {
  try {
    const [newest] = readdirSync(DEBIAN).toSorted((left, right) => Number(right) - Number(left));
    return newest === undefined ? undefined : join(DEBIAN, newest, "bin");
  } catch {
    return undefined;
  }
};

export const findRedis = (): string | undefined => findProgram("redis-server");

/** An account without rights: PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 } as const;

/** Starts a PostgreSQL server with an empty database cluster, whose owner is `postgres`. */
export const ownPostgresql = async (programs: string): Promise<OwnServer> => {
  const folder = mkdtempSync(join(tmpdir(), "postgresql-"));
  const account = process.getuid?.() === 0 ? NOBODY : {};
  if (process.getuid?.() === 0) chownSync(folder, NOBODY.uid, NOBODY.gid);
  const data = join(folder, "data");
  const init = ["--pgdata", data, "--username=postgres", "--auth-host=trust", "--encoding=UTF8"];
  await execa(join(programs, "initdb"), [...init, "--auth-local=reject"], { ...account });
  const port = await freePort();
  const args = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", ""];
  return restartable(
    folder,
    port,
    // SIGINT: it ends at once, with the sessions that are open.
    () => startDaemon(join(programs, "postgres"), args, port, { ...account, stopSignal: "SIGINT" }),
  );
};

/** Starts a Redis server that writes each change to its disk before it answers. */
export const ownRedis = async (program: string): Promise<OwnServer> => {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  mkdirSync(join(folder, "data"));
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", dir: join(folder, "data"), save: "" };
  const durable = { appendonly: "yes", appendfsync: "always" };
  const args = Object.entries({ ...settings, ...durable }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  return restartable(folder, port, () => startDaemon(program, args, port));
};

const restartable = async (
  folder: string,
  port: number,
  launch: () => Promise<Daemon>,
): Promise<OwnServer> => {
  let daemon: Daemon | undefined = await launch();
  const stop = async () => {
    await daemon?.stop();
    daemon = undefined;
  };
  return {
    port,
    stop,
    start: async () => {
      daemon = await launch();
    },
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
