import { excerpt, quoted, UserError } from "../errors.ts";
import { nameFault, usableName } from "../project/names.ts";
import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { choiceSuggestion, suggestion } from "./nearest.ts";
import { applies, defaultChoice, offered, type Refusal, refusal } from "./resolve.ts";
import type {
  Answers,
  Catalogue,
  Choice,
  ChoiceOption,
  Option,
  ProjectOptions,
  Selection,
} from "./types.ts";

/**
 * Validates raw answers. What was not answered takes its default.
 * @throws UserError for an unknown option or choice, a text against its rule, an option that does
 *   not apply, or choices that exclude each other
 */
export const parseAnswers = (answers: Answers, catalogue: Catalogue = ours): ProjectOptions => {
  const given = parseGiven(answers, catalogue);
  const texts: Record<string, string> = {};
  let selection: Selection = {};
  for (const option of catalogue) {
    if (option.kind === "text") {
      texts[option.id] = given[option.id] ?? option.default;
    } else {
      const choice = settle(option, { ...given, ...selection }, catalogue);
      if (choice !== undefined) selection = { ...selection, [option.id]: choice };
    }
  }
  const { name = "", description = "" } = texts;
  return { name, description, selection };
};

/**
 * Validates the answers that are there and leaves the rest open, to be asked.
 * @throws UserError as `parseAnswers` does, as far as the answers tell
 */
export const parseGiven = (answers: Answers, catalogue: Catalogue = ours): Selection => {
  const ids = catalogue.map((option) => option.id);
  const given: Record<string, string> = {};
  for (const id of Object.keys(answers)) {
    if (!ids.includes(id)) {
      const shown = excerpt(id);
      throw new UserError(`There is no option '${shown}'.`, flagOf(shown), suggestion(id, ids));
    }
  }
  for (const option of catalogue) {
    const value = answers[option.id];
    if (value !== undefined) given[option.id] = parseAnswer(option, value);
  }
  for (const option of catalogue) {
    const asked = Object.keys(option.kind === "text" ? {} : (option.appliesWhen?.has ?? {}));
    const settled = asked.every((id) => given[id] !== undefined);
    if (option.kind === "choice" && given[option.id] !== undefined && settled) {
      settle(option, given, catalogue);
    }
  }
  return given;
};

/**
 * Validates one answer on its own.
 * @throws UserError that says what is wrong and what is known
 */
export const parseAnswer = (option: Option, value: unknown): string => {
  const fault = option.id === "name" && typeof value === "string" ? nameFault(value) : undefined;
  if (isAnswer(option, value) && fault === undefined) return value;
  throw answerError(option, String(value), fault);
};

const answerError = (option: Option, value: string, fault: string | undefined): UserError => {
  const shown = quoted(value);
  if (option.kind === "choice") {
    const why = option.releases === undefined ? "" : `: ${option.releases.reason}`;
    const what = `${option.label} has no choice ${shown}${why}.`;
    return new UserError(what, flagOf(option.id), choiceSuggestion(value, option.choices));
  }
  const what = fault === undefined ? `${shown} cannot be used.` : `${shown} ${fault}.`;
  const instead = option.id === "name" ? usableName(value) : undefined;
  const advice = instead === undefined ? "" : ` ${instead} can be used.`;
  return new UserError(what, flagOf(option.id), `It must have ${option.rule}.${advice}`);
};

/** Whether a value is an answer to an option; `jsonSchema` says the same. */
const isAnswer = (option: Option, value: unknown): value is string => {
  if (typeof value !== "string") return false;
  if (option.kind === "choice") return option.choices.some((choice) => choice.id === value);
  return value.length <= option.maxLength && new RegExp(`^(?:${option.pattern})$`, "u").test(value);
};

/** The choice of an option beside all others; undefined when the option does not apply. */
const settle = (
  option: ChoiceOption,
  known: Selection,
  catalogue: Catalogue,
): string | undefined => {
  const given = known[option.id];
  if (!applies(option, known)) {
    if (given === undefined) return undefined;
    const needs = Object.entries(option.appliesWhen?.has ?? {})
      .map(([id, choices]) => `${flagOf(id)} ${choices.join(" or ")}`)
      .join(" and ");
    throw new UserError(
      `${option.label} does not apply here: ${option.appliesWhen?.reason}.`,
      flagOf(option.id),
      `It needs ${needs}; leave it out.`,
    );
  }
  const chosen = given ?? defaultChoice(catalogue, option, known);
  const choice = option.choices.find((candidate) => candidate.id === chosen);
  const refused = choice && refusal(catalogue, option, choice, known);
  if (choice !== undefined && refused === undefined) return choice.id;
  throw refusedError(option, choice, refused, offered(catalogue, option, known));
};

const refusedError = (
  option: ChoiceOption,
  choice: Choice | undefined,
  refused: Refusal | undefined,
  others: readonly Choice[],
): UserError => {
  const what =
    choice === undefined || refused === undefined
      ? `No choice of ${option.label} fits the others.`
      : `${choice.label} does not go with ${flagOf(refused.option)} ${refused.choice}: ` +
        `${refused.reason}.`;
  const fix =
    others.length === 0
      ? "Change one of the other choices."
      : `Choose ${others.map((other) => other.id).join(" or ")}, or change another choice.`;
  return new UserError(what, flagOf(option.id), fix);
};
