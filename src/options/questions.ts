import { UserError } from "../errors.ts";
import { usableName } from "../project/names.ts";
import { catalogue as ours } from "./catalogue.ts";
import {
  applies,
  chosen,
  defaultAnswer,
  defaultChoice,
  type Offering,
  offered,
} from "./resolve.ts";
import { parseAnswer } from "./schema.ts";
import type { Answers, Catalogue, ChoiceOption, ManyOption, Option, TextOption } from "./types.ts";

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
};

type TextQuestion = Asked & {
  readonly type: "input";
  readonly default: (answers: Answers) => string | undefined;
  readonly judge: (value: string) => Fault | undefined;
};

type Offered = Asked & {
  readonly choices: (
    answers: Answers,
  ) => readonly { readonly value: string; readonly name: string; readonly description: string }[];
};

type ChoiceQuestion = Offered & {
  readonly type: "select";
  readonly default: (answers: Answers) => string | undefined;
};

/** A question for any number of choices. */
type ManyQuestion = Offered & {
  readonly type: "checkbox";
  readonly default: (answers: Answers) => readonly string[];
};

export type Question = TextQuestion | ChoiceQuestion | ManyQuestion;

/**
 * The questions, in the catalogue's order.
 * @param given answers that are known already and are not asked for
 */
export const questions = (given: Answers, catalogue: Catalogue = ours): readonly Question[] =>
  catalogue.map((option) => {
    if (option.kind === "text") return textQuestion(option, given, catalogue);
    return option.kind === "choice"
      ? choiceQuestion(option, given, catalogue)
      : manyQuestion(option, given, catalogue);
  });

const asked = (option: Option, catalogue: Catalogue) => {
  const groups = [...new Set(catalogue.map(({ group }) => group))];
  const place = groups.indexOf(option.group) + 1;
  return {
    name: option.id,
    label: option.label,
    message: option.question,
    hint: option.hint,
    position: `${option.group} ${place}/${groups.length}`,
    custom: option.custom === true && option.required === undefined,
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
): ChoiceQuestion => ({
  ...offering(option, given, catalogue, (choices) => choices > 1),
  type: "select",
  default: (answers) =>
    defaultChoice(catalogue, option, knownIn(option, answers, given, catalogue)),
});

const manyQuestion = (option: ManyOption, given: Answers, catalogue: Catalogue): ManyQuestion => ({
  ...offering(option, given, catalogue, (choices) => choices > 0 && option.locked !== true),
  type: "checkbox",
  default: (answers) =>
    chosen(defaultAnswer(catalogue, option, knownIn(option, answers, given, catalogue))),
});

/** What the other answers say, where an option is asked for. */
const knownIn = (
  option: Offering,
  answers: Answers,
  given: Answers,
  catalogue: Catalogue,
): Answers => settleBefore(option, { ...answers, ...given }, catalogue);

const offering = (
  option: Offering,
  given: Answers,
  catalogue: Catalogue,
  isOpen: (choices: number) => boolean,
) => {
  const known = (answers: Answers) => knownIn(option, answers, given, catalogue);
  const choices = (answers: Answers) => offered(catalogue, option, known(answers));
  return {
    ...asked(option, catalogue),
    when: (answers: Answers) =>
      given[option.id] === undefined &&
      applies(option, known(answers)) &&
      isOpen(choices(answers).length),
    choices: (answers: Answers) =>
      choices(answers).map(({ id, label, hint }) => ({
        value: id,
        name: label,
        description: hint,
      })),
  };
};

/** The answers, with what each earlier option comes to that was not asked: its only choice. */
const settleBefore = (option: Offering, answers: Answers, catalogue: Catalogue): Answers => {
  const known: Record<string, unknown> = { ...answers };
  for (const earlier of catalogue.slice(0, catalogue.indexOf(option))) {
    if (earlier.kind === "text" || known[earlier.id] !== undefined) continue;
    if (applies(earlier, known)) known[earlier.id] = defaultAnswer(catalogue, earlier, known);
  }
  return known;
};
