/** Where settings come from: the environment, files of secrets, and `.env`. */

import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

export const ENV_FILE = ".env";
export const DEPLOYED: readonly unknown[] = ["staging", "production"];

export interface Variables {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The lines of `.env`, over which the environment takes precedence. */
  readonly file: Readonly<Record<string, string | undefined>>;
}

/** Returns the variables of this process and, unless it is deployed, of `.env`. */
export const readVariables = (environment = process.env, envFile = ENV_FILE): Variables => ({
  environment,
  file: readsEnvFile(environment) ? linesOf(envFile) : {},
});

/** A checkout's file must not configure a deployment. */
const readsEnvFile = (environment: Variables["environment"]): boolean =>
  !DEPLOYED.includes((environment["ENVIRONMENT"] ?? "").trim().toLowerCase());

const linesOf = (path: string): Variables["file"] => {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
};
