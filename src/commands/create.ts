import { join, relative } from "node:path";
import process from "node:process";
import type { Progress, Request } from "../../generators/app/request.ts";
import { UserError } from "../errors.ts";
import type { Arguments } from "../options/flags.ts";
import { exitCodeOf } from "../project/outcome.ts";
import type { Command } from "../project/toolchain.ts";
import type { Terminal } from "../system/terminal.ts";

/** What a command is given to work with. */
export type Surroundings = {
  readonly root: string;
  readonly version: string;
  readonly terminal: Terminal;
  readonly errors: Terminal;
  readonly onProgress: (progress: Progress) => void;
};

const currentDirectory = (): string => {
  try {
    return process.cwd();
  } catch (cause) {
    const fix = "Go to another one.";
    throw new UserError("This directory does not exist any more.", ".", fix, {
      cause,
      code: "directory",
    });
  }
};

/** `npm start` runs in the checkout; the user stands where npm was called. */
const start = (
  root: string,
  version: string,
): { readonly cwd: string; readonly program: Command } => {
  const { INIT_CWD, npm_lifecycle_event, npm_package_json } = process.env;
  const isCheckout =
    npm_lifecycle_event === "start" && npm_package_json === join(root, "package.json");
  if (!isCheckout || INIT_CWD === undefined) {
    return { cwd: currentDirectory(), program: ["npx", `create-secure-api@${version}`] };
  }
  const isOutside = relative(root, INIT_CWD).startsWith("..");
  const where = isOutside ? ["--prefix", root] : [];
  return { cwd: INIT_CWD, program: ["npm", ...where, "start", "--"] };
};

/** Makes a project. Returns the exit code. */
export async function create(
  { directory, answers, switches }: Arguments,
  { root, version, terminal, errors, onProgress }: Surroundings,
): Promise<number> {
  const request: Request = {
    ...start(root, version),
    ...(directory === undefined ? {} : { directory }),
    answers,
    yes: switches.yes,
    ...(switches.noInstall ? { install: false } : {}),
    ...(switches.noGit ? { git: false } : {}),
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    version,
    terminal,
    onProgress,
  };
  const [{ runGenerator }, { sayGoodbye, sayUnfinished }] = await Promise.all([
    import("../../generators/app/run.ts"),
    import("../../generators/app/goodbye.ts"),
  ]);
  const outcome = await runGenerator(request);
  sayGoodbye(terminal, outcome);
  sayUnfinished(errors, outcome);
  return exitCodeOf(outcome);
}
