import { parseArgs } from "node:util";
import { excerpt, quoted, UserError } from "../errors.ts";
import { catalogue as ours } from "./catalogue.ts";
import { projectCommandOf } from "./commands.ts";
import { suggestion } from "./nearest.ts";
import { NONE } from "./resolve.ts";
import type { Answer, Catalogue } from "./types.ts";

/** Flags without a value: what to do, as opposed to what to make. */
export const switches = [
  {
    id: "yes",
    flag: "yes",
    short: "y",
    hint: "use the default for every option that is not given",
  },
  { id: "install", flag: "install", hint: "install the dependencies without asking" },
  {
    id: "noInstall",
    flag: "no-install",
    hint: "do not install the dependencies; their versions are locked all the same",
  },
  { id: "git", flag: "git", hint: "create a git repository and the first commit without asking" },
  { id: "noGit", flag: "no-git", hint: "do not create a git repository" },
  {
    id: "dryRun",
    flag: "dry-run",
    hint: "show which files would be written, without writing them",
  },
  { id: "json", flag: "json", hint: "use defaults, and print one JSON object to standard output" },
  { id: "quiet", flag: "quiet", short: "q", hint: "print only errors" },
  { id: "help", flag: "help", short: "h", hint: "print this help" },
  { id: "version", flag: "version", short: "v", hint: "print the version" },
] as const satisfies readonly Switch[];

/** Flags with a value that are no options of a project. */
export const settings = [
  {
    id: "config",
    flag: "config",
    value: "FILE",
    hint: "read the answers from a YAML or JSON file; - is standard input",
  },
  {
    id: "preset",
    flag: "preset",
    value: "PRESET",
    hint: "an organisation's preset: file, folder or package; or CREATE_SECURE_API_PRESET",
  },
  {
    id: "plan",
    flag: "plan",
    value: "FILE",
    hint: "write the plan to a file for apply, and nothing else",
  },
  {
    id: "existing",
    flag: "existing",
    value: "WHAT",
    hint: "keep, replace or refuse (default) existing files",
  },
] as const;

/** What becomes of files that are there already. */
export type Existing = "keep" | "replace" | "replace-all" | "refuse";

/** The first word may be a command; without one, a project is made. */
export const commands = [
  { id: "apply", words: "FILE [directory]", hint: "write exactly what the plan in FILE says" },
  { id: "schema", words: "", hint: "print the JSON Schema of an answers file" },
] as const;

type CommandName = "create" | (typeof commands)[number]["id"];

export type Switch = {
  readonly id: string;
  readonly flag: string;
  readonly short?: string;
  readonly hint: string;
};

type SwitchId = (typeof switches)[number]["id"];

export type Arguments = {
  readonly command: CommandName;
  readonly directory: string | undefined;
  /** The file of answers; `-` for standard input. */
  readonly config: string | undefined;
  /** The preset as it was named. */
  readonly preset: string | undefined;
  /** The plan: what apply reads, or where to write one. */
  readonly plan: string | undefined;
  readonly existing: Existing | undefined;
  /** Raw text by option id, or a list where several choices can be had; only what was given. */
  readonly answers: Readonly<Record<string, Answer>>;
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
      ...settings.map(({ flag }) => [flag, { type: "string" }]),
      ...switches.map(({ flag, ...rest }) => [
        flag,
        { type: "boolean", ...("short" in rest ? { short: rest.short } : {}) },
      ]),
    ]),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const answers = new Map<string, string>();
  const given = new Set<string>();
  const existing: string[] = [];
  const named: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    if (isSwitch(token.name)) {
      given.add(switchOf(token));
      continue;
    }
    const [id, value] = answerOf(token, catalogue);
    named.push(id);
    if (id === "existing") existing.push(value);
    else if (answers.has(id)) throw usageError("It is given twice.", flagOf(id), "Leave one out.");
    else answers.set(id, value);
  }
  const { config, plan, preset, ...rest } = Object.fromEntries(answers);
  checkContradictions(given);
  return {
    ...commandOf(words, named, plan),
    answers: Object.fromEntries(
      Object.entries(rest).map(([id, value]) => [id, asAnswer(id, value, catalogue)]),
    ),
    config,
    preset,
    existing: existingOf(existing),
    switches: Object.fromEntries(switches.map(({ id, flag }) => [id, given.has(flag)])) as Record<
      SwitchId,
      boolean
    >,
  };
};

/** Several choices are written with commas between them. */
export const asAnswer = (id: string, value: string, catalogue: Catalogue): Answer => {
  if (catalogue.find((option) => option.id === id)?.kind !== "many") return value;
  return value === NONE ? [] : value.split(",").map((choice) => choice.trim());
};

/** What the words that are no flags say. */
const commandOf = (
  words: readonly string[],
  named: readonly string[],
  plan: string | undefined,
): Pick<Arguments, "command" | "directory" | "plan"> => {
  const command = commands.find(({ id }) => id === words[0])?.id;
  const misplaced = projectCommandOf(words[0])?.id;
  if (misplaced !== undefined) {
    const fix = `Write create-secure-api ${misplaced} and then its flags.`;
    throw usageError("The command is the first word.", misplaced, fix);
  }
  if (command === undefined) return { command: "create", directory: onlyDirectory(words), plan };
  if (command === "schema") {
    checkSchema(words.slice(1), named);
    return { command, directory: undefined, plan };
  }
  checkPlanned(named);
  return { command, directory: onlyDirectory(words.slice(2)), plan: plannedFile(words[1]) };
};

/** Only a preset makes the schema another. */
const checkSchema = ([word]: readonly string[], named: readonly string[]): void => {
  if (word !== undefined) {
    throw usageError("The schema belongs to no directory.", quoted(word), "Leave it out.");
  }
  const what = "It has no meaning for the schema.";
  refuseOthers(named, ["preset"], what, "Leave it out.");
};

/** What is applied is decided already; what becomes of files is compared with the plan. */
const checkPlanned = (named: readonly string[]): void => {
  const fix = `Leave it out, or make another plan: ${flagOf("plan")} FILE.`;
  refuseOthers(named, ["preset", "existing"], "The plan that is applied decides that.", fix);
};

const refuseOthers = (
  named: readonly string[],
  taken: readonly string[],
  what: string,
  fix: string,
): void => {
  const first = named.find((id) => !taken.includes(id));
  if (first !== undefined) throw usageError(what, flagOf(first), fix);
};

const plannedFile = (word: string | undefined): string => {
  if (word !== undefined && word !== "") return word;
  throw usageError("Its plan is missing.", "apply", "Write create-secure-api apply FILE.");
};

export const checkContradictions = (given: ReadonlySet<string>): void => {
  for (const flag of given) {
    if (!given.has(`no-${flag}`)) continue;
    throw usageError(`It contradicts ${flagOf(`no-${flag}`)}.`, flagOf(flag), "Leave one out.");
  }
};

const existingOf = (words: readonly string[]): Existing | undefined => {
  const [first, second, third] = words;
  if (first === undefined) return undefined;
  const known = ["keep", "replace", "refuse"] as const;
  const found = known.find((word) => word === first);
  if (found === undefined) {
    const what = `${quoted(first)} is not known.`;
    throw usageError(what, flagOf("existing"), suggestion(first, known));
  }
  if (second === undefined) return found;
  if (found === "replace" && second === "replace" && third === undefined) return "replace-all";
  throw usageError("It is given twice.", flagOf("existing"), "Only replace can be said twice.");
};

export type OptionToken = {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

const isSwitch = (name: string): boolean => switches.some(({ flag }) => flag === name);

export const switchOf = ({ name, rawName, value }: OptionToken): string => {
  if (value === undefined) return name;
  throw usageError("It takes no value.", rawName, `Write ${rawName} alone.`);
};

const answerOf = (token: OptionToken, catalogue: Catalogue): readonly [string, string] =>
  readValue(
    token,
    [...catalogue, ...settings].map(({ id }) => id),
    switches.map(({ flag }) => flag),
  );

/**
 * The name and the value of a flag that takes one.
 * @throws UserError for a flag that is not known, and without its value
 */
export const readValue = (
  { name, rawName, value, inlineValue }: OptionToken,
  names: readonly string[],
  others: readonly string[],
): readonly [string, string] => {
  if (!names.includes(name)) {
    const known = [...names, ...others].map(flagOf);
    const shown = excerpt(rawName);
    throw usageError(`There is no flag ${shown}.`, shown, suggestion(rawName, known));
  }
  if (value === undefined) {
    throw usageError("Its value is missing.", rawName, `Write ${rawName} VALUE.`);
  }
  if (inlineValue !== true && value.startsWith("-") && value !== "-") {
    const shown = excerpt(value);
    const fix = `If ${shown} is meant as the value, write ${rawName}=${shown}.`;
    throw usageError("Its value is missing.", rawName, fix);
  }
  return [name, value];
};

export const onlyDirectory = (directories: readonly string[]): string | undefined => {
  const [first, second] = directories;
  if (second !== undefined) {
    const together = excerpt(directories.join(" "));
    const fix = `Give one, or put quotes around a name with spaces: '${together}'.`;
    throw usageError(`There are ${directories.length} directories.`, excerpt(second), fix);
  }
  if (first === "") {
    const fix = "Give a name, or '.' for the directory in which you are.";
    throw usageError("The directory is empty.", "''", fix);
  }
  return first;
};

export const usageError = (what: string, where: string, fix: string): UserError =>
  new UserError(what, where, fix, { code: "usage" });
