import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { basename, delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Debian keeps daemons outside the PATH of ordinary users. */
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Where a program is on this machine. */
export const findProgram = (name: string): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find(existsSync);

const PATIENCE_SECONDS = 30;

export type Daemon = {
  /** What it has logged. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

type How = {
  /** The account that it runs as, where that is not ours. */
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal?: "SIGTERM" | "SIGINT";
};

/**
 * Starts a daemon and waits until it accepts connections.
 * @throws Error with what it has logged, when it ends or accepts none in time
 */
export const startDaemon = async (
  program: string,
  args: readonly string[],
  port: number,
  { stopSignal = "SIGTERM", ...account }: How = {},
): Promise<Daemon> => {
  let output = "";
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], ...account });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const exited = once(child, "exit");
  const until = Date.now() + PATIENCE_SECONDS * 1000;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  while (!hasEnded() && !(await accepts(port))) {
    if (Date.now() > until) child.kill("SIGKILL");
    await sleep(50);
  }
  if (hasEnded()) throw new Error(`${basename(program)}: ${output}`);
  return {
    output: () => output,
    stop: async () => {
      child.kill(stopSignal);
      const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE_SECONDS * 1000);
      await exited;
      clearTimeout(patience);
    },
  };
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
