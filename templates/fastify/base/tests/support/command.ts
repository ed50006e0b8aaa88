/** The command line of the service, called in this process: starting one takes longer than most. */

import { tmpdir } from "node:os";
import process from "node:process";
import { mock } from "node:test";
import { main } from "../../src/cli.ts";
import { ENVIRONMENT } from "./environment.ts";
import type { Ended } from "./process.ts";
import type { Variables } from "./service.ts";

/** Runs a command to its end with these variables alone, away from the `.env` of this checkout. */
export const run = async (
  command: readonly string[],
  variables: Variables = ENVIRONMENT,
): Promise<Ended> => {
  const printed = { log: "", error: "" };
  const [environment, directory] = [process.env, process.cwd()];
  // What it logs would stand among the results of the tests.
  process.env = { LOG_LEVEL: "error", ...variables };
  process.chdir(tmpdir());
  const consoles = (["log", "error"] as const).map((stream) =>
    mock.method(console, stream, (line: string) => {
      printed[stream] += `${line}\n`;
    }),
  );
  try {
    const code = await main(command);
    return { code, stdout: printed.log, stderr: printed.error };
  } finally {
    for (const { mock: mocked } of consoles) mocked.restore();
    process.chdir(directory);
    process.env = environment;
  }
};
