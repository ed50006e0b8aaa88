import type { Arguments } from "../options/flags.ts";
import type { Answers } from "../options/types.ts";
import type { Outcome } from "../project/outcome.ts";
import { checkPlanPlace, readAll } from "../system/files.ts";
import { make, type Surroundings, start } from "./make.ts";

/** The answers of a file; what a flag says beside it counts more. */
async function configured(file: string | undefined, cwd: string): Promise<Answers> {
  if (file === undefined) return {};
  const { parseConfig } = await import("../options/config.ts");
  const text = await readAll(file, cwd, { what: "a file of answers", code: "config" });
  return parseConfig(text, file === "-" ? "standard input" : file);
}

/** Makes a project from answers that are given or asked for. */
export async function create(given: Arguments, surroundings: Surroundings): Promise<Outcome> {
  const { directory, existing, config, plan, switches } = given;
  const { cwd } = start(surroundings.root, surroundings.version);
  if (plan !== undefined) checkPlanPlace(plan, cwd);
  const wanted = {
    directory,
    existing,
    plan: plan === undefined ? undefined : { file: plan },
    answers: { ...(await configured(config, cwd)), ...given.answers },
    yes: switches.yes || switches.json,
  };
  return make(given, wanted, surroundings);
}
