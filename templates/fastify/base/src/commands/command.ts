/** What a command is: a module that exports one. */

import type { ParseArgsOptionsConfig } from "node:util";

export const EXIT_CODES =
  "Exit codes: 0 success; 1 failure, with the reason on standard error; 2 wrong usage; " +
  "130 interrupted.";

type Arguments = Readonly<Record<string, string | boolean | undefined>>;

/** An option of a command; `value` names what a text is for. */
interface CommandOption {
  readonly help: string;
  readonly value?: string;
  readonly isRequired?: true;
}

export interface Command {
  readonly name: string;
  readonly help: string;
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** Does the work; returns the exit code, or a promise of it. Anything else is a success. */
  run(given: Arguments): unknown;
}

/** Returns the options of a command for `parseArgs`. */
export const parsedOptions = ({ options = {} }: Command): ParseArgsOptionsConfig => ({
  help: { type: "boolean", short: "h" },
  ...Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? "boolean" : "string" } as const,
    ]),
  ),
});

/** Returns the help text of a command. */
export const helpOf = ({ name, help, options = {} }: Command): string => {
  const usages = Object.entries(options).map(([option, { value, isRequired }]) => {
    const usage = value === undefined ? `--${option}` : `--${option} ${value}`;
    return isRequired ? usage : `[${usage}]`;
  });
  const lines = Object.entries({ ...options, help: { help: "print this text" } }).map(
    ([option, { help: text }]) => `  --${option.padEnd(14)} ${text}`,
  );
  return [
    ["usage: node src/cli.ts", name, ...usages].join(" "),
    "",
    help,
    "",
    ...lines,
    "",
    EXIT_CODES,
  ].join("\n");
};
