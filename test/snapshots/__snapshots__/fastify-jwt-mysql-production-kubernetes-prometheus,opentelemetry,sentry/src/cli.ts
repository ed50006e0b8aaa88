/** The command line of the service: `node src/cli.ts <command>`. */

import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Command, EXIT_CODES, helpOf, parsedOptions } from "./commands/command.ts";
import { SettingsError } from "./settings/index.ts";
import { ENV_FILE } from "./settings/variables.ts";

// Each is loaded when it is called: none waits for what another one needs.
const COMMANDS: ReadonlyMap<string, () => Promise<{ readonly command: Command }>> = new Map([
  ["check-config", () => import("./commands/check-config.ts")],
  ["create-admin", () => import("./commands/create-admin.ts")],
  ["migrate", () => import("./commands/migrate.ts")],
  ["openapi", () => import("./commands/openapi.ts")],
  ["purge", () => import("./commands/purge.ts")],
  ["reencrypt", () => import("./commands/reencrypt.ts")],
  ["roles", () => import("./commands/roles.ts")],
  ["rotate-keys", () => import("./commands/rotate-keys.ts")],
  ["serve", () => import("./commands/serve.ts")],
]);

/** Runs a command. Returns its exit code, as `EXIT_CODES` lists them. */
export const main = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === "--help" || name === "-h") {
    console.log(await usage());
    return 0;
  }
  const load = COMMANDS.get(name ?? "");
  if (load === undefined) {
    console.error(await usage());
    return 2;
  }
  const { command } = await load();
  try {
    const { values } = parseArgs({ args: rest, options: parsedOptions(command) });
    if (values["help"] === true) {
      console.log(helpOf(command));
      return 0;
    }
    for (const [option, { isRequired }] of Object.entries(command.options ?? {})) {
      if (isRequired && values[option] === undefined) {
        throw new UsageError(`--${option} is required`);
      }
    }
    const exitCode = await command.run(values as Record<string, string | boolean | undefined>);
    return typeof exitCode === "number" ? exitCode : 0;
  } catch (error) {
    return await explain(error);
  }
};

class UsageError extends Error {
  readonly code = "ERR_PARSE_ARGS_MISSING";
}

/** Prints why a command failed; throws what nobody expected. */
const explain = async (error: unknown): Promise<number> => {
  if (error instanceof SettingsError) {
    console.error(["The settings are not valid:", ...error.faults].join("\n  "));
    if (isFreshCheckout()) {
      console.error(
        "There is no .env here. For development, copy .env.example to .env and add the secrets " +
          "that `node src/cli.ts rotate-keys` prints.",
      );
    }
    return 1;
  }
  if (isUsageError(error)) {
    console.error(error.message);
    return 2;
  }
  if (error instanceof Error && error.name === "AbortError") {
    console.error("Interrupted.");
    return 130;
  }
  const { describeFailure, isUnusable, needsMigration } = await import("./database/failures.ts");
  if (isUnusable(error)) {
    const remedy = needsMigration(error) ? ". Run `node src/cli.ts migrate`." : "";
    console.error(`The database cannot be used: ${describeFailure(error)}${remedy}`);
    return 1;
  }
  throw error;
};

const isUsageError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");

const usage = async (): Promise<string> => {
  const loaded = await Promise.all([...COMMANDS.values()].map((load) => load()));
  return [
    "usage: node src/cli.ts <command> [options]",
    "",
    ...loaded.map(({ command: { name, help } }) => `  ${name.padEnd(14)} ${help}`),
    "",
    EXIT_CODES,
  ].join("\n");
};

const isFreshCheckout = (): boolean =>
  (process.env["ENVIRONMENT"] ?? "development").toLowerCase() === "development" &&
  !existsSync(ENV_FILE);

if (import.meta.main) {
  // A third of a start; where the packages belong to another user, nothing is kept.
  enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url)));
  process.stdout.on("error", (error: Error & { code?: string }) => {
    // The reader has closed the pipe, as `| head` does.
    if (error.code === "EPIPE") process.exit(1);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2));
}
