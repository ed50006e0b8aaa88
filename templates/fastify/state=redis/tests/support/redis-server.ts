/** A Redis of a test's own, to be stopped and started. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Scope } from "./service.ts";
import { freePort } from "./sockets.ts";

const PROGRAM = "redis-server";
const LONGEST_MILLISECONDS = 20_000;
const isInstalled = spawnSync(PROGRAM, ["--version"]).status === 0;
const ABSENT = `${PROGRAM} is not installed`;

/** For the tests that start one: where none is installed they are skipped, and in CI they fail. */
export const needsRedis = isInstalled || process.env["CI"] ? {} : { skip: ABSENT };

/** A server process on a free port, without any data on disk. */
export class RedisServer {
  readonly port: number;
  #process: ChildProcess | undefined;

  constructor(port: number) {
    this.port = port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** Starts it, and waits until it answers. */
  async start(...options: string[]): Promise<void> {
    const fixed = ["--port", String(this.port), "--bind", "127.0.0.1", "--save", ""];
    const where = ["--appendonly", "no", "--dir", tmpdir()];
    this.#process = spawn(PROGRAM, [...fixed, ...where, ...options], { stdio: "ignore" });
    const redis = new Redis(this.url, { retryStrategy: () => 25, maxRetriesPerRequest: 400 });
    redis.on("error", () => {});
    await redis.ping();
    redis.disconnect();
  }

  /** Ends it at once, with all that it held. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Makes it a replica of a server that is nowhere: it takes no write. */
  async demote(): Promise<void> {
    const redis = new Redis(this.url);
    await redis.replicaof("127.0.0.1", 1);
    redis.disconnect();
  }

  /** Lets it accept connections, and answer none. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }
}

/** Runs a Redis until the test ends. */
export const startRedis = async (scope: Scope): Promise<RedisServer> => {
  assert.ok(isInstalled, ABSENT);
  const server = new RedisServer(await freePort());
  scope.after(() => server.kill());
  await server.start();
  return server;
};

/** Waits until something is so. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + LONGEST_MILLISECONDS;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, "it is not so in time");
    await setTimeout(25);
  }
};
