import { UserError } from "../errors.ts";
import { usableName } from "../project/names.ts";
import { catalogue as ours } from "./catalogue.ts";
import { applies, defaultChoice, offered } from "./resolve.ts";
import { parseAnswer } from "./schema.ts";
import type { Answers, Catalogue, ChoiceOption, Option, TextOption } from "./types.ts";

/** Why a text cannot be taken, and, where there is one, a text that can. */
export type Fault = { readonly fault: string; readonly instead?: string };

type Asked = {
  /** The option's id, under which the answer is stored. */
  readonly name: string;
  /** The option's name, for a line that tells the answer. */
  readonly label: string;
  /** The question as a sentence. */
  readonly message: string;
  readonly hint: string;
  /** The group of the question and its place among the groups: `Data 2/4`. */
  readonly position: string;
  /** True for what only those are asked who customise. */
  readonly custom: boolean;
  /** False when the answer is known, does not apply, or is the only one possible. */
  readonly when: (answers: Answers) => boolean;
  readonly default: (answers: Answers) => string | undefined;
};

export type TextQuestion = Asked & {
  readonly type: "input";
  readonly judge: (value: string) => Fault | undefined;
};

export type ChoiceQuestion = Asked & {
  readonly type: "select";
  readonly choices: (
    answers: Answers,
  ) => readonly { readonly value: string; readonly name: string; readonly description: string }[];
};

export type Question = TextQuestion | ChoiceQuestion;

/**
 * The questions, in the catalogue's order.
 * @param given answers that are known already and are not asked for
 */
export const questions = (given: Answers, catalogue: Catalogue = ours): readonly Question[] =>
  catalogue.map((option) =>
    option.kind === "text"
      ? textQuestion(option, given, catalogue)
      : choiceQuestion(option, given, catalogue),
  );

const asked = (option: Option, catalogue: Catalogue) => {
  const groups = [...new Set(catalogue.map(({ group }) => group))];
  const place = groups.indexOf(option.group) + 1;
  return {
    name: option.id,
    label: option.label,
    message: option.question,
    hint: option.hint,
    position: `${option.group} ${place}/${groups.length}`,
    custom: option.kind === "choice" && option.custom === true && option.required === undefined,
  };
};

const textQuestion = (option: TextOption, given: Answers, catalogue: Catalogue): TextQuestion => ({
  ...asked(option, catalogue),
  type: "input",
  when: () => given[option.id] === undefined,
  default: () => (option.required === undefined ? option.default : undefined),
  judge: (value) => {
    if (option.required !== undefined && value.trim() === "") {
      return { fault: option.required.reason };
    }
    try {
      parseAnswer(option, value);
      return undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const instead = option.id === "name" ? usableName(value) : undefined;
      const fault = `${error.what} ${error.fix}`;
      return instead === undefined ? { fault } : { fault, instead };
    }
  },
});

const choiceQuestion = (
  option: ChoiceOption,
  given: Answers,
  catalogue: Catalogue,
): ChoiceQuestion => {
  const known = (answers: Answers): Answers =>
    settleBefore(option, { ...answers, ...given }, catalogue);
  const choices = (answers: Answers) => offered(catalogue, option, known(answers));
  return {
    ...asked(option, catalogue),
    type: "select",
    when: (answers) =>
      given[option.id] === undefined &&
      applies(option, known(answers)) &&
      choices(answers).length > 1,
    default: (answers) => defaultChoice(catalogue, option, known(answers)),
    choices: (answers) =>
      choices(answers).map(({ id, label, hint }) => ({
        value: id,
        name: label,
        description: hint,
      })),
  };
};

/** The answers, with what each earlier option comes to that was not asked: its only choice. */
const settleBefore = (option: ChoiceOption, answers: Answers, catalogue: Catalogue): Answers => {
  const known: Record<string, unknown> = { ...answers };
  for (const earlier of catalogue.slice(0, catalogue.indexOf(option))) {
    if (earlier.kind === "text" || known[earlier.id] !== undefined) continue;
    if (applies(earlier, known)) known[earlier.id] = defaultChoice(catalogue, earlier, known);
  }
  return known;
};
