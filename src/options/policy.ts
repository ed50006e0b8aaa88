import { UserError } from "../errors.ts";
import { policyName } from "../project/preset.ts";
import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { type Policy, presetError } from "./preset.ts";
import { applies, type Known, offered } from "./resolve.ts";
import { parseAnswers } from "./schema.ts";
import type { Answers, Catalogue, Option } from "./types.ts";

/**
 * The catalogue as an organisation offers it: fewer choices, other defaults, what has to be
 * answered.
 */
export const offeredBy = (policy: Policy, catalogue: Catalogue = ours): Catalogue =>
  catalogue.map((option): Option => {
    const reason = policy.required[option.id];
    const required = reason === undefined ? {} : { required: { reason } };
    const usual = policy.defaults[option.id];
    if (option.kind === "text") {
      return { ...option, ...required, default: usual ?? option.default };
    }
    const rule = ruleFor(policy, option.id);
    if (rule === undefined) return { ...option, ...required, default: usual ?? option.default };
    return {
      ...option,
      ...required,
      hint: `${option.hint}. ${rule.reason}`,
      default: usual ?? option.default,
      choices: option.choices.filter(({ id }) => rule.choices.includes(id)),
    };
  });

const ruleFor = (
  { locked, allowed }: Policy,
  option: string,
): { readonly choices: readonly string[]; readonly reason: string } | undefined => {
  const only = locked[option];
  return only === undefined ? allowed[option] : { choices: [only.choice], reason: only.reason };
};

/**
 * Refuses answers that an organisation has decided against, in its own words.
 * @param whereOf how messages name the place of an answer
 * @throws UserError for the first of them
 */
export const checkDecided = (
  policy: Policy,
  answers: Answers,
  whereOf: (option: string) => string = flagOf,
  catalogue: Catalogue = ours,
): void => {
  for (const [id, answer] of Object.entries(answers)) {
    const rule = ruleFor(policy, id);
    const option = catalogue.find((candidate) => candidate.id === id);
    // What nobody knows is a slip, and is answered as one.
    const isKnown = option?.kind === "choice" && option.choices.some((one) => one.id === answer);
    if (rule === undefined || !isKnown || rule.choices.includes(String(answer))) continue;
    const fix = `${policyName(policy)} takes ${rule.choices.join(" or ")}.`;
    throw new UserError(rule.reason, whereOf(id), fix, { code: "policy" });
  }
};

/**
 * Refuses to take a default where an organisation wants an answer.
 * @throws UserError with the organisation's reason
 */
export const checkRequired = (policy: Policy, answers: Answers, catalogue: Catalogue): void => {
  const known: Known = { ...parseAnswers(answers, catalogue).selection, ...answers };
  for (const option of catalogue) {
    if (option.required === undefined || isAnswered(option, answers, known, catalogue)) continue;
    const fix = `${policyName(policy)} asks for it: add ${flagOf(option.id)}.`;
    throw new UserError(option.required.reason, flagOf(option.id), fix, { code: "policy" });
  }
};

/** What does not apply, or has one choice only, is no question. */
const isAnswered = (
  option: Option,
  answers: Answers,
  known: Known,
  catalogue: Catalogue,
): boolean => {
  const answer = answers[option.id];
  if (option.kind === "text") return typeof answer === "string" && answer.trim() !== "";
  if (answer !== undefined || !applies(option, known)) return true;
  const { [option.id]: _, ...others } = known;
  return offered(catalogue, option, others).length < 2;
};

/**
 * Refuses a preset with which nobody could make a project.
 * @throws UserError that says why
 */
export const checkPossible = (policy: Policy, shown: string, catalogue: Catalogue): void => {
  try {
    parseAnswers({}, catalogue);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const what = `With what it decides, no project can be made: ${error.what}`;
    throw presetError(what, shown, `${error.fix} Mend ${policyName(policy)}.`, error);
  }
};
