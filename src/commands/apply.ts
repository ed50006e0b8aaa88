import type { Arguments } from "../options/flags.ts";
import type { Outcome } from "../project/outcome.ts";
import { parsePlan } from "../project/parse-plan.ts";
import { readAll } from "../system/files.ts";
import { make, type Surroundings, start } from "./make.ts";

/** Makes the project of a plan, to the letter or not at all. */
export async function apply(given: Arguments, surroundings: Surroundings): Promise<Outcome> {
  const { directory, existing, plan = "-" } = given;
  const { cwd } = start(surroundings.root, surroundings.version);
  const file = plan === "-" ? "standard input" : plan;
  const text = await readAll(plan, cwd, { what: "a plan", code: "plan" });
  const agreed = parsePlan(text, file, surroundings.version);
  const wanted = {
    directory: directory ?? agreed.directory,
    existing: existing ?? agreed.existing ?? undefined,
    plan: { file, agreed },
    answers: agreed.options,
    yes: true,
  };
  return make(given, wanted, surroundings);
}
