#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import type { Request } from "../generators/app/request.ts";
import { createTerminal } from "../generators/app/terminal.ts";
import { UserError } from "./errors.ts";
import { parseArguments } from "./options/flags.ts";
import { helpText } from "./options/help.ts";
import { packageRoot } from "./package-root.ts";
import type { Command } from "./project/toolchain.ts";

const BUG = 1;
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type Manifest = { readonly version: string; readonly bugs?: { readonly url: string } };

const root = packageRoot();
const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const terminal = createTerminal(process.stdout, process.env);
const errors = createTerminal(process.stderr, process.env);

let written: string | undefined;

/** `npm start` runs in the checkout; the user stands where npm was called. */
const start = (): { readonly cwd: string; readonly program: Command } => {
  const { INIT_CWD, npm_lifecycle_event, npm_package_json } = process.env;
  const isCheckout =
    npm_lifecycle_event === "start" && npm_package_json === join(root, "package.json");
  if (!isCheckout || INIT_CWD === undefined) {
    return { cwd: process.cwd(), program: ["npx", `create-secure-api@${manifest.version}`] };
  }
  const isOutside = relative(root, INIT_CWD).startsWith("..");
  const where = isOutside ? ["--prefix", root] : [];
  return { cwd: INIT_CWD, program: ["npm", ...where, "start", "--"] };
};

const sayInterrupted = (): void => {
  errors.line();
  errors.line(
    written === undefined
      ? "Interrupted. Nothing was written."
      : `Interrupted. The project is complete in ${written}; its installation may not be.`,
  );
};

// A handler also lets whatever is being written be finished: writing is synchronous.
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.on(signal, () => {
    if (process.stdout.isTTY) process.stdout.write("\u001B[?25h");
    sayInterrupted();
    process.exit(code);
  });
}

// Whoever read along has gone, as `head` does; that is no reason to stop half-way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const run = async (argv: readonly string[]): Promise<void> => {
  const { directory, answers, switches } = parseArguments(argv);
  if (switches.help) return terminal.line(helpText().trimEnd());
  if (switches.version) return terminal.line(manifest.version);
  const request: Request = {
    ...start(),
    ...(directory === undefined ? {} : { directory }),
    answers,
    yes: switches.yes,
    install: !switches.noInstall,
    git: !switches.noGit,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    version: manifest.version,
    terminal,
    onWritten: (target) => {
      written = target;
    },
  };
  const { runGenerator } = await import("../generators/app/run.ts");
  await runGenerator(request);
};

const report = (error: unknown): number => {
  if (error instanceof UserError) {
    errors.line(`${errors.bold(`${error.where}:`)} ${error.what}`);
    errors.line(`  ${error.fix}`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === "ExitPromptError") {
    sayInterrupted();
    return SIGNALS.SIGINT;
  }
  const where = manifest.bugs === undefined ? "" : ` at ${manifest.bugs.url}`;
  errors.line(`This is a bug in create-secure-api ${manifest.version}.`);
  errors.line(`  Please report it${where}, with your command and the lines below.`);
  errors.line();
  errors.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return BUG;
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error);
}
