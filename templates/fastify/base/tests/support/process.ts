/** The service as a process of its own, as `node src/cli.ts serve` starts it. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT } from "./environment.ts";
import type { Scope, Variables } from "./service.ts";
import { freePort } from "./sockets.ts";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const START_MILLISECONDS = 30_000;
const { PATH, NODE_COMPILE_CACHE } = process.env;

export interface Process {
  readonly child: ChildProcess;
  readonly port: number;
  readonly url: string;
  /** What it has printed. */
  readonly output: () => string;
}

/** Starts a command with the settings of the tests, away from the `.env` of this checkout. */
const start = (command: readonly string[], variables: Variables): ChildProcess =>
  spawn(process.execPath, [CLI, ...command], {
    cwd: tmpdir(),
    env: { PATH, NODE_COMPILE_CACHE, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export const runProcess = async (
  command: readonly string[],
  variables: Variables = ENVIRONMENT,
): Promise<Ended> => {
  const child = start(command, variables);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const [code] = await once(child, "close");
  return { code, stdout: stdout(), stderr: stderr() };
};

/** Starts the service and waits until it answers; whatever becomes of it, it ends. */
export const serve = async (
  scope: Scope,
  databaseUrl: string,
  variables: Variables = {},
): Promise<Process> => {
  const port = await freePort();
  const child = start(["serve"], {
    ...ENVIRONMENT,
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    ...variables,
  });
  const printed = [collect(child.stdout), collect(child.stderr)];
  const output = (): string => printed.map((text) => text()).join("");
  scope.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "close");
    }
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_MILLISECONDS;
  while (!(await answers(url))) {
    assert.ok(child.exitCode === null && performance.now() < deadline, output());
    await setTimeout(25);
  }
  return { child, port, url, output };
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/health/live`)).ok;
  } catch {
    return false;
  }
};

const collect = (stream: NodeJS.ReadableStream | null): (() => string) => {
  const pieces: Buffer[] = [];
  stream?.on("data", (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString("utf8");
};
