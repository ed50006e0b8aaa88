import { parseArgs } from "node:util";
import { UserError } from "../errors.ts";
import { catalogue as ours } from "./catalogue.ts";
import { suggestion } from "./nearest.ts";
import type { Catalogue } from "./types.ts";

/** Flags without a value: what to do, as opposed to what to make. */
export const switches = [
  { id: "yes", flag: "yes", short: "y", hint: "take the default of everything that is not given" },
  { id: "noInstall", flag: "no-install", hint: "do not install the dependencies" },
  { id: "noGit", flag: "no-git", hint: "make no git repository" },
  { id: "help", flag: "help", short: "h", hint: "print this help" },
  { id: "version", flag: "version", short: "v", hint: "print the version" },
] as const satisfies readonly Switch[];

export type Switch = {
  readonly id: string;
  readonly flag: string;
  readonly short?: string;
  readonly hint: string;
};

type SwitchId = (typeof switches)[number]["id"];

export type Arguments = {
  readonly directory: string | undefined;
  /** Raw text by option id; only what was given. */
  readonly answers: Readonly<Record<string, string>>;
  readonly switches: Readonly<Record<SwitchId, boolean>>;
};

/** How an option is written on the command line. */
export const flagOf = (id: string): string => `--${id}`;

/**
 * Parses the words after the program's name. The values of options are not judged yet.
 * @throws UserError for a flag that is unknown, repeated, without its value or with one too many
 */
export const parseArguments = (argv: readonly string[], catalogue: Catalogue = ours): Arguments => {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries([
      ...catalogue.map((option) => [option.id, { type: "string" }]),
      ...switches.map(({ flag, ...rest }) => [
        flag,
        { type: "boolean", ...("short" in rest ? { short: rest.short } : {}) },
      ]),
    ]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const directories: string[] = [];
  const answers = new Map<string, string>();
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "positional") directories.push(token.value);
    if (token.kind !== "option") continue;
    if (isSwitch(token.name)) {
      given.add(switchOf(token));
    } else {
      const [id, value] = answerOf(token, catalogue);
      if (answers.has(id)) {
        throw new UserError("It is given twice.", flagOf(id), "Leave one out.");
      }
      answers.set(id, value);
    }
  }
  return {
    directory: onlyDirectory(directories),
    answers: Object.fromEntries(answers),
    switches: Object.fromEntries(switches.map(({ id, flag }) => [id, given.has(flag)])) as Record<
      SwitchId,
      boolean
    >,
  };
};

type OptionToken = {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

const isSwitch = (name: string): boolean => switches.some(({ flag }) => flag === name);

const switchOf = ({ name, rawName, value }: OptionToken): string => {
  if (value === undefined) return name;
  throw new UserError("It takes no value.", rawName, `Write ${rawName} alone.`);
};

const answerOf = (token: OptionToken, catalogue: Catalogue): readonly [string, string] => {
  const { name, rawName, value, inlineValue } = token;
  const ids = catalogue.map((option) => option.id);
  if (!ids.includes(name)) {
    const known = [...ids, ...switches.map(({ flag }) => flag)].map(flagOf);
    throw new UserError(`There is no flag ${rawName}.`, rawName, suggestion(rawName, known));
  }
  if (value === undefined) {
    throw new UserError("Its value is missing.", rawName, `Write ${rawName} VALUE.`);
  }
  if (inlineValue !== true && value.startsWith("-")) {
    const fix = `If ${value} is meant as the value, write ${rawName}=${value}.`;
    throw new UserError("Its value is missing.", rawName, fix);
  }
  return [name, value];
};

const onlyDirectory = (directories: readonly string[]): string | undefined => {
  const [first, second] = directories;
  if (second === undefined) return first;
  const fix = `Give one, or put quotes around a name with spaces: '${directories.join(" ")}'.`;
  throw new UserError(`There are ${directories.length} directories.`, second, fix);
};
