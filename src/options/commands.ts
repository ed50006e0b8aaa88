import { renewalCodes } from "../exit.ts";

/** A flag of a command: a switch, or one with a value. */
type CommandFlag = {
  readonly flag: string;
  readonly short?: string;
  /** The word that stands for its value in the help; absent: it takes none. */
  readonly value?: string;
  /** It can be given several times; its values are joined by commas. */
  readonly repeated?: true;
  readonly hint: string;
};

/** What is done with a project that exists. */
export type ProjectCommand = {
  readonly id: string;
  readonly words: string;
  readonly hint: string;
  readonly flags: readonly CommandFlag[];
  /** What its exit codes say, where they are its own. */
  readonly exitCodes?: readonly (readonly [codes: string, meaning: string])[];
  /** It takes the options of a project besides. */
  readonly takesOptions?: true;
};

const check: ProjectCommand = {
  id: "check",
  words: "[directory]",
  hint: "say what in a project is outdated, missing, weaker",
  flags: [
    { flag: "edited", hint: "let edited files count for the exit code" },
    { flag: "no-outdated", hint: "let a newer version count for nothing" },
    { flag: "no-missing", hint: "let missing files count for nothing" },
    { flag: "no-weakened", hint: "let what is weaker count for nothing" },
    { flag: "no-advisories", hint: "let advisories count for nothing" },
    {
      flag: "preset",
      value: "PRESET",
      hint: "check the policy of this preset too: file, folder or package",
    },
    { flag: "sarif", value: "FILE", hint: "write the findings as SARIF 2.1.0, for code scanning" },
    { flag: "json", hint: "print one JSON object to standard output" },
    { flag: "quiet", short: "q", hint: "print only errors" },
  ],
  exitCodes: [
    ["0", "nothing that counts was found"],
    ["4", "outdated: made by an older version"],
    ["8", "edited: files differ from what was rendered; counts with --edited"],
    ["16", "missing: rendered files are gone"],
    ["32", "weakened: a control, its test, a rule of a setting, a permission or the policy"],
    ["64", "advisories: known faults of what was rendered"],
    ["12 to 124", "the sum of those that were found"],
    ["1, 2", "a bug in create-secure-api; there is no project, or its record is not valid"],
  ],
};

const prove: ProjectCommand = {
  id: "prove",
  words: "[directory]",
  hint: "switch controls off in a copy: tests have to fail",
  flags: [
    {
      flag: "control",
      value: "ID[,ID…]",
      repeated: true,
      hint: "prove these controls only; SECURITY.md names them",
    },
    {
      flag: "changed",
      value: "BRANCH",
      hint: "prove only controls whose code or test differs from this branch",
    },
    { flag: "thorough", hint: "run all tests with what survived its own" },
    { flag: "jobs", value: "N", hint: "run so many tests at once (default: one more than cores)" },
    {
      flag: "preset",
      value: "PRESET",
      hint: "the preset of the project: file, folder or package; or CREATE_SECURE_API_PRESET",
    },
    {
      flag: "evidence",
      value: "FOLDER",
      hint: "write security-evidence.json and .md, a page for people",
    },
    {
      flag: "junit",
      value: "FILE",
      hint: "a JUnit report of the whole test run, for the evidence",
    },
    {
      flag: "compare",
      value: "OLD",
      hint: "name what is weaker than in this evidence; with a second one as directory, run nothing",
    },
    { flag: "sarif", value: "FILE", hint: "write what survived as SARIF 2.1.0, for code scanning" },
    { flag: "json", hint: "print one JSON object to standard output" },
    { flag: "quiet", short: "q", hint: "print only errors" },
  ],
  exitCodes: [
    ["0", "each mutant that applies was killed"],
    [
      "1",
      "a mutant survived, or a control got weaker (a bug in create-secure-api ends with 1, too, and says so)",
    ],
    ["2", "nothing was proven: there is no project, it is not installed, or its tests cannot run"],
    ["3", "none survived, but some could not be judged: their test is missing, skipped or fails"],
    ["129, 130, 143", "interrupted by SIGHUP, by Ctrl-C, or by SIGTERM"],
  ],
};

/** Flags of the commands that change a project. */
const renewing: readonly CommandFlag[] = [
  { flag: "dry-run", hint: "show what would become of each file, without writing anything" },
  { flag: "yes", short: "y", hint: "write it without asking, as where there is no terminal" },
  { flag: "plan", value: "FILE", hint: "write the plan to a file for apply, and nothing else" },
  {
    flag: "package",
    value: "FILE",
    hint: "a packed file of the version that the project is from, in place of the registry",
  },
  {
    flag: "preset",
    value: "PRESET",
    hint: "the preset of the project: file, folder or package; or CREATE_SECURE_API_PRESET",
  },
  { flag: "env", hint: "add what .env and .secrets lack, with fresh secrets" },
  { flag: "no-install", hint: "do not lock the versions of the packages" },
  { flag: "json", hint: "ask nothing, and print one JSON object to standard output" },
  { flag: "quiet", short: "q", hint: "print only errors" },
];

const update: ProjectCommand = {
  id: "update",
  words: "[directory]",
  hint: "merge what this version renders into a project",
  flags: [
    ...renewing,
    { flag: "to", value: "VERSION", hint: "run another version for it" },
    {
      flag: "only",
      value: "ADVISORY",
      repeated: true,
      hint: "apply the fix of an advisory alone, such as CSA-2026-001; check lists them",
    },
    { flag: "undo", hint: "give back what was there before the last update" },
  ],
  exitCodes: renewalCodes,
};

const change: ProjectCommand = {
  id: "change",
  words: "[directory]",
  hint: "give a project other choices: --OPTION CHOICE",
  takesOptions: true,
  flags: renewing,
  exitCodes: renewalCodes,
};

/** The commands for a project that exists, each with the flags that it takes. */
export const projectCommands: readonly ProjectCommand[] = [update, change, check, prove];

/** What the first word says, if it is one of these commands. */
export const projectCommandOf = (
  word: string | undefined,
  commands: readonly ProjectCommand[] = projectCommands,
): ProjectCommand | undefined => commands.find(({ id }) => id === word);
