import { UserError } from "../errors.ts";
import { policyName } from "../project/preset.ts";
import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { choicesIn, type Policy, presetError } from "./preset.ts";
import { applies, chosen, type Known, NONE, type Offering, offered } from "./resolve.ts";
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
    const rule = ruleFor(policy, option);
    const narrowed = {
      ...required,
      hint: rule === undefined ? option.hint : `${option.hint}. ${rule.reason}`,
      choices: option.choices.filter(({ id }) => rule?.choices.includes(id) !== false),
    };
    if (option.kind === "choice") {
      return { ...option, ...narrowed, default: usual ?? option.default };
    }
    if (rule?.exactly === true) {
      return { ...option, ...narrowed, default: rule.choices, locked: true };
    }
    const several = usual === undefined ? option.default : choicesIn(option, usual);
    return { ...option, ...narrowed, default: several };
  });

type Rule = {
  readonly choices: readonly string[];
  readonly reason: string;
  /** Whether these choices are the answer, as opposed to what can be in it. */
  readonly exactly?: true;
};

const ruleFor = ({ locked, allowed }: Policy, option: Offering): Rule | undefined => {
  const only = locked[option.id];
  if (only === undefined) return allowed[option.id];
  return { choices: choicesIn(option, only.choice), reason: only.reason, exactly: true };
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
    const option = catalogue.find((candidate) => candidate.id === id);
    if (option === undefined || option.kind === "text") continue;
    const rule = ruleFor(policy, option);
    const ids = chosen(answer);
    // Unknown choices are reported as such elsewhere.
    const isKnown = ids.every((one) => option.choices.some((choice) => choice.id === one));
    if (rule === undefined || !isKnown || keeps(rule, ids)) continue;
    const between = option.kind === "many" && rule.exactly ? " and " : " or ";
    const fix = `${policyName(policy)} allows ${rule.choices.join(between) || NONE}.`;
    throw new UserError(rule.reason, whereOf(id), fix, { code: "policy" });
  }
};

const keeps = ({ choices, exactly }: Rule, ids: readonly string[]): boolean =>
  ids.every((id) => choices.includes(id)) &&
  (exactly !== true || choices.every((choice) => ids.includes(choice)));

/**
 * Refuses to take a default where an organisation wants an answer.
 * @throws UserError with the organisation's reason
 */
export const checkRequired = (policy: Policy, answers: Answers, catalogue: Catalogue): void => {
  const known: Known = { ...parseAnswers(answers, catalogue).selection, ...answers };
  for (const option of catalogue) {
    if (option.required === undefined || isAnswered(option, answers, known, catalogue)) continue;
    const fix = `${policyName(policy)} requires it: add ${flagOf(option.id)}.`;
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
  if (option.kind === "many") return option.locked === true;
  const { [option.id]: _, ...others } = known;
  return offered(catalogue, option, others).length < 2;
};

/**
 * Refuses a preset that allows no project.
 * @throws UserError that says why
 */
export const checkPossible = (policy: Policy, shown: string, catalogue: Catalogue): void => {
  try {
    parseAnswers({}, catalogue);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const what = `Its decisions allow no project: ${error.what}`;
    throw presetError(what, shown, `${error.fix} Correct ${policyName(policy)}.`, error);
  }
};
