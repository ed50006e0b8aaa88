import type { Arguments } from "../options/flags.ts";
import type { Outcome } from "../project/outcome.ts";
import { parsePlan } from "../project/parse-plan.ts";
import { checkPlannedPreset, fromJson, isUpdatePlan } from "../project/plan-file.ts";
import { readAll } from "../system/files.ts";
import { namedPreset } from "./preset.ts";
import { type Surroundings, start } from "./surroundings.ts";

/**
 * Does what a plan says, to the letter or not at all.
 * @returns the project that was made, or the exit code of an update
 */
export async function apply(
  given: Arguments,
  surroundings: Surroundings,
): Promise<Outcome | number> {
  const { directory, existing, plan = "-" } = given;
  const { cwd } = start(surroundings.root, surroundings.version);
  const file = plan === "-" ? "standard input" : plan;
  const text = await readAll(plan, cwd, { what: "a plan", code: "plan" });
  if (isUpdatePlan(fromJson(text))) return applyChange(given, text, file, surroundings);
  const agreed = parsePlan(text, file, surroundings.version);
  const preset = await namedPreset(given.preset, cwd, agreed.preset?.from);
  checkPlannedPreset(agreed, preset?.mark, file);
  const wanted = {
    directory: directory ?? agreed.directory,
    existing: existing ?? agreed.existing ?? undefined,
    plan: { file, agreed },
    preset,
    answers: agreed.options,
    yes: true,
  };
  const { make } = await import("./make.ts");
  return make(given, wanted, surroundings);
}

async function applyChange(
  { directory, preset, switches }: Arguments,
  text: string,
  file: string,
  surroundings: Surroundings,
): Promise<number> {
  const [{ parseUpdatePlan }, { applyUpdate }] = await Promise.all([
    import("../project/update-plan.ts"),
    import("./update.ts"),
  ]);
  const plan = parseUpdatePlan(text, file, surroundings.version);
  const { dryRun, json, quiet, noInstall } = switches;
  const how = {
    directory,
    preset,
    planFile: file,
    dryRun,
    json,
    quiet,
    lock: !noInstall,
    env: false,
  };
  return applyUpdate(plan, { ...how, yes: true }, surroundings);
}
