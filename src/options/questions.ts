import { UserError } from "../errors.ts";
import { catalogue as ours } from "./catalogue.ts";
import { applies, defaultChoice, offered } from "./resolve.ts";
import { parseAnswer } from "./schema.ts";
import type { Answers, Catalogue, ChoiceOption, TextOption } from "./types.ts";

type Asked = {
  /** The option's id, under which the answer is stored. */
  readonly name: string;
  readonly message: string;
  /** False when the answer is known, does not apply, or is the only one possible. */
  readonly when: (answers: Answers) => boolean;
  readonly default: (answers: Answers) => string | undefined;
};

export type TextQuestion = Asked & {
  readonly type: "input";
  readonly validate: (value: string) => true | string;
};

export type ChoiceQuestion = Asked & {
  readonly type: "select";
  readonly choices: (
    answers: Answers,
  ) => readonly { readonly value: string; readonly name: string; readonly description: string }[];
};

export type Question = TextQuestion | ChoiceQuestion;

/**
 * The questions in the form that inquirer takes, in the catalogue's order.
 * @param given answers that are known already and are not asked for
 */
export const questions = (given: Answers, catalogue: Catalogue = ours): readonly Question[] =>
  catalogue.map((option) =>
    option.kind === "text" ? textQuestion(option, given) : choiceQuestion(option, given, catalogue),
  );

const textQuestion = (option: TextOption, given: Answers): TextQuestion => ({
  type: "input",
  name: option.id,
  message: option.label,
  when: () => given[option.id] === undefined,
  default: () => option.default,
  validate: (value) => {
    try {
      parseAnswer(option, value);
      return true;
    } catch (error) {
      if (error instanceof UserError) return `${error.what} ${error.fix}`;
      throw error;
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
    type: "select",
    name: option.id,
    message: option.label,
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
