import { parseArgs } from "node:util";
import { catalogue as ours } from "./catalogue.ts";
import type { ProjectCommand } from "./commands.ts";
import {
  asAnswer,
  checkContradictions,
  flagOf,
  onlyDirectory,
  readValue,
  switchOf,
  usageError,
} from "./flags.ts";
import type { Answer, Catalogue } from "./types.ts";

/** What was said behind a command's name. */
export type CommandArguments = {
  /** As it was written; absent: the current one. */
  readonly directory: string | undefined;
  /** Whether a switch of the command was given. */
  readonly has: (flag: string) => boolean;
  /** The value of a flag of the command, where it was given. */
  readonly value: (flag: string) => string | undefined;
  /** Options of a project, where the command takes them. */
  readonly answers: Readonly<Record<string, Answer>>;
};

/**
 * Parses the words after a command's name.
 * @throws UserError for a flag that is unknown, repeated, without its value or with one too many
 */
export const parseCommand = (
  command: ProjectCommand,
  words: readonly string[],
  catalogue: Catalogue = ours,
): CommandArguments => {
  const options = command.takesOptions === true ? catalogue : [];
  const switches = command.flags.filter(({ value }) => value === undefined);
  const names = [
    ...command.flags.filter(({ value }) => value !== undefined).map(({ flag }) => flag),
    ...options.map(({ id }) => id),
  ];
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries([
      ...names.map((name) => [name, { type: "string" }]),
      ...switches.map(({ flag, short }) => [
        flag,
        { type: "boolean", ...(short === undefined ? {} : { short }) },
      ]),
    ]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Set<string>();
  const values = new Map<string, string>();
  const directories: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") directories.push(token.value);
    if (token.kind !== "option") continue;
    if (switches.some(({ flag }) => flag === token.name)) {
      given.add(switchOf(token));
      continue;
    }
    const [name, value] = readValue(
      token,
      names,
      switches.map(({ flag }) => flag),
    );
    const before = values.get(name);
    if (before !== undefined && !mayRepeat(command, name)) {
      throw usageError("It is given twice.", flagOf(name), "Leave one out.");
    }
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  checkContradictions(given);
  const answers = [...values].filter(([name]) => options.some(({ id }) => id === name));
  for (const [id] of answers) values.delete(id);
  return {
    directory: onlyDirectory(directories),
    has: (flag) => given.has(ownFlag(command, flag)),
    value: (flag) => values.get(ownFlag(command, flag)),
    answers: Object.fromEntries(answers.map(([id, text]) => [id, asAnswer(id, text, catalogue)])),
  };
};

const mayRepeat = ({ flags }: ProjectCommand, name: string): boolean =>
  flags.some(({ flag, repeated }) => flag === name && repeated === true);

const ownFlag = ({ id, flags }: ProjectCommand, name: string): string => {
  if (flags.some(({ flag }) => flag === name)) return name;
  throw new Error(`the command '${id}' has no flag '${name}'`);
};

/**
 * Refuses the first of some flags that was given: none of them is ignored.
 * @param what why it has no place, as a sentence
 * @throws UserError
 */
export function refuseFlags(
  { has, value }: CommandArguments,
  names: readonly string[],
  what: string,
  fix: string,
): void {
  const flag = names.find((name) => has(name) || value(name) !== undefined);
  if (flag !== undefined) throw usageError(what, flagOf(flag), fix);
}
