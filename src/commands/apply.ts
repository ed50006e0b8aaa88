import type { Arguments } from "../options/flags.ts";
import type { Outcome } from "../project/outcome.ts";
import { parsePlan } from "../project/parse-plan.ts";
import { checkPlannedPreset } from "../project/plan-file.ts";
import { readAll } from "../system/files.ts";
import { make, type Surroundings, start } from "./make.ts";
import { namedPreset } from "./preset.ts";

/** Makes the project of a plan, to the letter or not at all. */
export async function apply(given: Arguments, surroundings: Surroundings): Promise<Outcome> {
  const { directory, existing, plan = "-" } = given;
  const { cwd } = start(surroundings.root, surroundings.version);
  const file = plan === "-" ? "standard input" : plan;
  const text = await readAll(plan, cwd, { what: "a plan", code: "plan" });
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
  return make(given, wanted, surroundings);
}
