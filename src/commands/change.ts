import { excerpt, UserError } from "../errors.ts";
import { changeAnswers } from "../options/change.ts";
import type { CommandArguments } from "../options/command-flags.ts";
import { answersOf, parseAnswers } from "../options/schema.ts";
import type { Answers } from "../options/types.ts";
import { type FoundRecord, recordError } from "../project/parse-record.ts";
import { type Next, renew, renewRequestOf } from "./renew.ts";
import type { Surroundings } from "./surroundings.ts";

/** Gives a project that exists other choices. Returns the exit code. */
export async function change(given: CommandArguments, surroundings: Surroundings): Promise<number> {
  const { answers } = given;
  const { version } = surroundings;
  if (Object.keys(answers).length === 0) {
    const fix = "Give an option and its new choice, such as --ci none.";
    throw new UserError("Nothing is said that should change.", "change", fix, { code: "usage" });
  }
  const request = renewRequestOf(given);
  const shown = excerpt(request.directory);
  return renew(request, (found) => nextChoices(found, answers, version, shown), surroundings);
}

const nextChoices = (
  { record }: FoundRecord,
  wanted: Answers,
  version: string,
  shown: string,
): Next => {
  if (record.version !== version) {
    // Two versions at once would be two changes in one.
    const what = `The project is from create-secure-api ${record.version}; this is ${version}.`;
    throw recordError(what, shown, "Update it first, and commit that: create-secure-api update.");
  }
  const { options, changes } = changeAnswers(parseAnswers(record.options), wanted);
  const names = changes.map(({ label, to }) => `${label} to ${to}`).join(", ");
  return {
    title: names === "" ? "change nothing" : `change ${names}`,
    answers: answersOf(options),
    label: names === "" ? "now" : `with ${changes.map(({ option }) => `--${option}`).join(" ")}`,
    changes,
  };
};
