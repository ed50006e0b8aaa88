import { excerpt, quoted, UserError } from "../errors.ts";
import { nameFault, usableName } from "../project/names.ts";
import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { choiceSuggestion, suggestion } from "./nearest.ts";
import {
  applies,
  choicesOf,
  defaultAnswer,
  NONE,
  type Offering,
  offered,
  type Refusal,
  refusal,
} from "./resolve.ts";
import type {
  Answer,
  Answers,
  Catalogue,
  Choice,
  ChoiceOption,
  ManyOption,
  Option,
  ProjectOptions,
  Selection,
  TextOption,
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
      texts[option.id] = String(given[option.id] ?? option.default);
    } else {
      const answer = settle(option, { ...given, ...selection }, catalogue);
      if (answer !== undefined) selection = { ...selection, [option.id]: answer };
    }
  }
  const { name = "", description = "", "security-contact": securityContact } = texts;
  return { name, description, ...(securityContact ? { securityContact } : {}), selection };
};

/** The answers that make these options again. */
export const answersOf = ({ name, description, securityContact, selection }: ProjectOptions) => ({
  name,
  description,
  ...(securityContact === undefined ? {} : { "security-contact": securityContact }),
  ...selection,
});

/**
 * Validates the answers that are there and leaves the rest open, to be asked.
 * @throws UserError as `parseAnswers` does, as far as the answers tell
 */
export const parseGiven = (answers: Answers, catalogue: Catalogue = ours): Selection => {
  const ids = catalogue.map((option) => option.id);
  const given: Record<string, Answer> = {};
  for (const id of Object.keys(answers)) {
    if (!ids.includes(id)) {
      const shown = excerpt(id);
      throw new UserError(`There is no option '${shown}'.`, flagOf(shown), suggestion(id, ids));
    }
  }
  const stack = String(answers.stack ?? catalogue.find(({ id }) => id === "stack")?.default);
  for (const option of catalogue) {
    const value = answers[option.id];
    if (value !== undefined) given[option.id] = parseAnswer(option, value, stack);
  }
  for (const option of catalogue) {
    const asked = Object.keys(option.kind === "text" ? {} : (option.appliesWhen?.has ?? {}));
    const settled = asked.every((id) => given[id] !== undefined);
    if (option.kind !== "text" && given[option.id] !== undefined && settled) {
      settle(option, given, catalogue);
    }
  }
  return given;
};

/**
 * Validates one answer on its own.
 * @param stack whose choices are told, where it is known
 * @throws UserError that says what is wrong and what is known
 */
export const parseAnswer = (option: Option, value: unknown, stack?: string): Answer => {
  const fault = option.id === "name" && typeof value === "string" ? nameFault(value) : undefined;
  if (option.kind === "many") return parseList(option, value, stack);
  if (Array.isArray(value)) {
    throw new UserError(
      `${option.label} takes one value.`,
      flagOf(option.id),
      "Give one, no list.",
    );
  }
  if (isAnswer(option, value) && fault === undefined) return value;
  throw answerError(option, String(value), { fault, stack });
};

/** Several choices, in the order of the catalogue. */
const parseList = (option: ManyOption, value: unknown, stack?: string): readonly string[] => {
  const ids = option.choices.map(({ id }) => id);
  if (!Array.isArray(value)) {
    const fix = `Write a list, such as [${ids.slice(0, 2).join(", ")}]; [] is ${NONE}.`;
    throw new UserError(`${option.label} is a list of choices.`, flagOf(option.id), fix);
  }
  value.forEach((id: unknown, index) => {
    if (typeof id !== "string" || !ids.includes(id)) {
      throw answerError(option, String(id), { stack });
    }
    if (value.indexOf(id) !== index) {
      throw new UserError(`${quoted(id)} is listed twice.`, flagOf(option.id), "Leave one out.");
    }
  });
  return ids.filter((id) => value.includes(id));
};

const answerError = (
  option: Option,
  value: string,
  { fault, stack }: { readonly fault?: string | undefined; readonly stack?: string | undefined },
): UserError => {
  const shown = quoted(value);
  if (option.kind !== "text") {
    const what = `${option.label} has no choice ${shown}${whyNot(option, stack)}.`;
    const known = option.choices.filter(
      ({ stacks }) => stack === undefined || stacks?.includes(stack) !== false,
    );
    return new UserError(what, flagOf(option.id), choiceSuggestion(value, known));
  }
  const what = fault === undefined ? `${shown} cannot be used.` : `${shown} ${fault}.`;
  const instead = option.id === "name" ? usableName(value) : undefined;
  const advice = instead === undefined ? "" : ` ${instead} can be used.`;
  return new UserError(what, flagOf(option.id), `It must have ${option.rule}.${advice}`);
};

/** Why a stack has no other release, to follow what was refused. */
const whyNot = (option: ChoiceOption | ManyOption, stack: string | undefined): string => {
  if (option.kind === "many" || option.releases === undefined) return "";
  const { reason, of } = option.releases;
  const more = stack === undefined ? undefined : of?.[stack];
  return more === undefined ? `: ${reason}` : `: ${reason}, and ${more}`;
};

/** Whether a value is an answer to an option; `jsonSchema` says the same. */
const isAnswer = (option: ChoiceOption | TextOption, value: unknown): value is string => {
  if (typeof value !== "string") return false;
  if (option.kind === "choice") return option.choices.some((choice) => choice.id === value);
  return value.length <= option.maxLength && new RegExp(`^(?:${option.pattern})$`, "u").test(value);
};

/** The answer to an option beside all others; undefined when the option does not apply. */
const settle = (option: Offering, known: Selection, catalogue: Catalogue): Answer | undefined => {
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
  const answer = given ?? defaultAnswer(catalogue, option, known);
  for (const choice of choicesOf(option, answer)) {
    const refused = refusal(catalogue, option, choice, known);
    if (refused === undefined) continue;
    throw refusedError(option, choice, refused, offered(catalogue, option, known));
  }
  if (answer !== undefined) return answer;
  throw refusedError(option, undefined, undefined, []);
};

const refusedError = (
  option: Offering,
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
