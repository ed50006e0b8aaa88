import type { Arguments } from "../options/flags.ts";
import type { Answers } from "../options/types.ts";
import type { Outcome } from "../project/outcome.ts";
import type { Preset } from "../project/preset.ts";
import { readAll } from "../system/files.ts";
import { checkPlanPlace } from "../system/plans.ts";
import { make } from "./make.ts";
import { namedPreset } from "./preset.ts";
import { type Surroundings, start } from "./surroundings.ts";

/** The answers of a file; what a flag says beside it counts more. */
async function configured(
  file: string | undefined,
  cwd: string,
  preset: Preset | undefined,
): Promise<Answers> {
  if (file === undefined) return {};
  const { parseConfig } = await import("../options/config.ts");
  const text = await readAll(file, cwd, { what: "a file of answers", code: "config" });
  const shown = file === "-" ? "standard input" : file;
  const answers = parseConfig(text, shown);
  if (preset !== undefined) await checkAnswers(preset, answers, (option) => `${shown}: ${option}`);
  return answers;
}

/** Refuses what an organisation has decided against. */
async function checkAnswers(
  { policy }: Preset,
  answers: Answers,
  whereOf?: (option: string) => string,
): Promise<void> {
  const { checkDecided } = await import("../options/policy.ts");
  checkDecided(policy, answers, whereOf);
}

/** Makes a project from answers that are given or asked for. */
export async function create(given: Arguments, surroundings: Surroundings): Promise<Outcome> {
  const { directory, existing, config, plan, switches } = given;
  const { cwd } = start(surroundings.root, surroundings.version);
  if (plan !== undefined) checkPlanPlace(plan, cwd);
  const preset = await namedPreset(given.preset, cwd);
  if (preset !== undefined) await checkAnswers(preset, given.answers);
  const wanted = {
    directory,
    existing,
    plan: plan === undefined ? undefined : { file: plan },
    preset,
    answers: { ...(await configured(config, cwd, preset)), ...given.answers },
    yes: switches.yes || switches.json,
  };
  return make(given, wanted, surroundings);
}
