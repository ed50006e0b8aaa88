import { join, relative } from "node:path";
import process from "node:process";
import { sayGoodbye, sayOutline, sayPlan, sayUnfinished } from "../../generators/app/goodbye.ts";
import type { Progress, Request } from "../../generators/app/request.ts";
import { runGenerator } from "../../generators/app/run.ts";
import { UserError } from "../errors.ts";
import type { Arguments } from "../options/flags.ts";
import type { Outcome } from "../project/outcome.ts";
import type { Command } from "../project/toolchain.ts";
import { writePlan } from "../system/plans.ts";
import { silent, type Terminal } from "../system/terminal.ts";

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
export const start = (
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

/** What two switches say of a step; undefined when neither was given. */
const decided = (wanted: boolean, unwanted: boolean): boolean | undefined =>
  wanted === unwanted ? undefined : wanted;

type Present<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

const present = <Fields extends object>(fields: Fields): Present<Fields> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;

/** What is to be made, as opposed to how it is told. */
type Wanted = {
  readonly directory: string | undefined;
  readonly existing: Request["existing"] | undefined;
  readonly plan: Request["plan"] | undefined;
  readonly preset: Request["preset"] | undefined;
  readonly answers: Request["answers"];
  /** Whether to ask no questions. */
  readonly yes: boolean;
};

/** Makes a project or a plan of it, or with `--dry-run` shows it. */
export async function make(
  { switches }: Arguments,
  { directory, existing, plan, preset, ...wanted }: Wanted,
  { root, version, terminal, errors, onProgress }: Surroundings,
): Promise<Outcome> {
  const { cwd, program } = start(root, version);
  const { json, quiet, dryRun } = switches;
  const said = json ? errors : quiet ? silent(terminal) : terminal;
  const request: Request = {
    ...wanted,
    ...present({
      directory,
      existing,
      plan,
      preset,
      install: decided(switches.install, switches.noInstall),
      git: decided(switches.git, switches.noGit),
    }),
    cwd,
    program,
    dryRun,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    version,
    terminal: said,
    onProgress,
  };
  const outcome = await runGenerator(request);
  if (outcome.plan !== undefined) {
    writePlan(outcome.plan.file, cwd, outcome.plan.text);
    sayPlan(said, outcome, outcome.plan.file, program);
  } else if (dryRun) sayOutline(said, outcome);
  else if (!json) sayGoodbye(said, outcome);
  sayUnfinished(errors, outcome);
  return outcome;
}
