import process from "node:process";
import { sayGoodbye, sayOutline, sayPlan, sayUnfinished } from "../../generators/app/goodbye.ts";
import type { Request } from "../../generators/app/request.ts";
import { runGenerator } from "../../generators/app/run.ts";
import type { Arguments } from "../options/flags.ts";
import type { Outcome } from "../project/outcome.ts";
import { writePlan } from "../system/plans.ts";
import { silent } from "../system/terminal.ts";
import { type Surroundings, start } from "./surroundings.ts";

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
  const said = quiet ? silent(errors) : json ? errors : terminal;
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
