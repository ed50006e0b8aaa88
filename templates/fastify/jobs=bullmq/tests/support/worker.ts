/** A worker as it runs in production: a process of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import type { Resources } from "../../src/resources.ts";
import { ENVIRONMENT } from "./environment.ts";
import type { Scope, Variables } from "./service.ts";

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
const PROGRAM = `
import { ABANDONED } from ${url("../../src/jobs/worker.ts")};
import { main } from ${url("../../src/cli.ts")};
ABANDONED.milliseconds = Number(process.env.TEST_ABANDONED ?? ABANDONED.milliseconds);
process.exitCode = await main(["work"]);
`;

/** Runs a worker beside a service until the test ends. */
export const startWorker = (
  scope: Scope,
  { settings }: Resources,
  variables: Variables = {},
): ChildProcess => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
    cwd: tmpdir(),
    env: {
      PATH: process.env["PATH"],
      ...ENVIRONMENT,
      DATABASE_URL: settings.databaseUrl.reveal(),
      REDIS_URL: settings.redisUrl.reveal(),
      REDIS_KEY_PREFIX: settings.redisKeyPrefix,
      ...variables,
    },
    stdio: "ignore",
  });
  scope.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  return child;
};
