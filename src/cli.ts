import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Progress } from "../generators/app/request.ts";
import type { Surroundings } from "./commands/surroundings.ts";
import { excerpt, UserError } from "./errors.ts";
import { EXIT } from "./exit.ts";
import type { CommandArguments } from "./options/command-flags.ts";
import { type ProjectCommand, projectCommandOf } from "./options/commands.ts";
import { parseArguments } from "./options/flags.ts";
import { helpText } from "./options/help.ts";
import { packageRoot } from "./package-root.ts";
import { directoryWord, shellCommand } from "./project/command.ts";
import { errorJson, exitCodeOf, outcomeJson } from "./project/outcome.ts";
import { endPrograms } from "./system/programs.ts";
import { createTerminal } from "./system/terminal.ts";

type Manifest = { readonly version: string; readonly bugs?: { readonly url: string } };

const root = packageRoot();
const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const terminal = createTerminal(process.stdout, process.env);
const errors = createTerminal(process.stderr, process.env);

/** Known before anything is parsed: what is wrong with the words is told in the same form. */
const isJson = process.argv.includes("--json");

let progress: Progress | undefined;

const surroundings: Surroundings = {
  root,
  version: manifest.version,
  terminal,
  errors,
  onProgress: (reached) => {
    progress = reached;
  },
};

const sayInterrupted = (reached = progress): void => {
  errors.line();
  if (reached === undefined) {
    errors.line("Interrupted. Nothing was written.");
    return;
  }
  const { directory, remaining, undo } = reached;
  if (undo !== undefined) {
    errors.line(`Interrupted while ${excerpt(directory)} was changed. To take that back:`);
    errors.line(`  ${shellCommand(undo)}`);
    return;
  }
  errors.line(`Interrupted. The files of ${excerpt(directory)} are complete. Still to run:`);
  const enter = directory === "." ? [] : [["cd", directoryWord(directory)]];
  for (const command of [...enter, ...remaining]) errors.line(`  ${shellCommand(command)}`);
};

const sayJson = (error: unknown, exitCode: number): void => {
  if (isJson) terminal.line(JSON.stringify(errorJson(error, exitCode)));
};

// A handler also lets whatever is being written be finished: writing is synchronous.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    if (process.stdout.isTTY) process.stdout.write("\u001B[?25h");
    await endPrograms();
    sayInterrupted();
    sayJson(new Error("Interrupted."), EXIT[signal]);
    process.exit(EXIT[signal]);
  });
}

let unsaid = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    // The reader has closed the pipe, as `head` does; that is no reason to stop halfway.
    if (code === "EPIPE" || unsaid) return;
    unsaid = true;
    errors.line(`The output cannot be written (${message}).`);
  });
}

// A success is a failure if its output could not be written.
process.on("exit", (code) => {
  if (!unsaid || code !== EXIT.done) return;
  process.exitCode = progress === undefined ? EXIT.user : EXIT.unfinished;
});

/** Runs a command for a project that exists; it returns its exit code. */
type Run = (given: CommandArguments, surroundings: Surroundings) => Promise<number>;

/** Each is loaded when it is called. */
const runs: Readonly<Record<string, () => Promise<Run>>> = {
  change: async () => (await import("./commands/change.ts")).change,
  check: async () => (await import("./commands/check.ts")).check,
  prove: async () => (await import("./commands/prove.ts")).prove,
  update: async () => (await import("./commands/update.ts")).update,
};

const runCommand = async (command: ProjectCommand, words: readonly string[]): Promise<number> => {
  if (words.some((word) => word === "--help" || word === "-h")) {
    const { commandHelp } = await import("./options/help.ts");
    terminal.line(commandHelp(command).trimEnd());
    return EXIT.done;
  }
  const { parseCommand } = await import("./options/command-flags.ts");
  const given = parseCommand(command, words);
  const runIt = await runs[command.id]?.();
  if (runIt === undefined) throw new Error(`the command '${command.id}' cannot be run`);
  return runIt(given, surroundings);
};

const run = async (argv: readonly string[]): Promise<number> => {
  const [word, ...words] = argv;
  const command = projectCommandOf(word);
  if (command !== undefined) return runCommand(command, words);
  const given = parseArguments(argv);
  if (given.switches.help) {
    terminal.line(helpText().trimEnd());
    return EXIT.done;
  }
  if (given.switches.version) {
    terminal.line(manifest.version);
    return EXIT.done;
  }
  if (given.command === "schema") {
    const { schema } = await import("./commands/schema.ts");
    return schema(given, surroundings);
  }
  const make =
    given.command === "apply"
      ? (await import("./commands/apply.ts")).apply
      : (await import("./commands/create.ts")).create;
  const outcome = await make(given, surroundings);
  if (typeof outcome === "number") return outcome;
  if (isJson) terminal.line(JSON.stringify(outcomeJson(outcome)));
  return exitCodeOf(outcome);
};

/** What the system refuses whoever runs this. */
const DENIED = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EISDIR",
  "ENOTDIR",
  "ELOOP",
]);

/** A file that cannot be read, or a full disk, is no bug; undefined for everything else. */
const deniedError = (error: unknown): UserError | undefined => {
  if (!(error instanceof Error && "syscall" in error)) return undefined;
  const {
    code = "",
    path = "create-secure-api",
    message,
    syscall,
  } = error as NodeJS.ErrnoException;
  // Without a folder for temporary files, there is nowhere to begin.
  if (!DENIED.has(code) && syscall !== "mkdtemp") return undefined;
  const { remaining = [], undo } = progress ?? {};
  const fix =
    progress === undefined
      ? "Make it possible (rights, room), and run this again."
      : undo === undefined
        ? `The files are complete. Still to run: ${remaining.map(shellCommand).join(" && ")}`
        : `What was changed until then is taken back by: ${shellCommand(undo)}`;
  const what = `It cannot be read or written (${excerpt(message, 300)}).`;
  return new UserError(what, excerpt(path), fix, { code: "directory", cause: error });
};

const report = (error: unknown): number => {
  if (error instanceof UserError) {
    errors.line(`${errors.bold(`${error.where}:`)} ${error.what}`);
    errors.line(`  ${error.fix}`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === "Cancelled") {
    errors.line("Cancelled. Nothing was written.");
    return EXIT.SIGINT;
  }
  if (error instanceof Error && error.name === "ExitPromptError") {
    sayInterrupted();
    return EXIT.SIGINT;
  }
  const where = manifest.bugs === undefined ? "" : ` at ${manifest.bugs.url}`;
  errors.line(`This is a bug in create-secure-api ${manifest.version}.`);
  errors.line(`  Please report it${where}, with your command and the lines below.`);
  errors.line();
  errors.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const denied = deniedError(error);
  const told = denied ?? error;
  const reported = report(told);
  const code = denied === undefined || progress === undefined ? reported : EXIT.unfinished;
  sayJson(told, code);
  process.exitCode = code;
}
