import { UserError } from "../errors.ts";
import { catalogue as ours } from "./catalogue.ts";
import { flagOf } from "./flags.ts";
import { applies, chosen, labelsOf, NONE } from "./resolve.ts";
import { answersOf, parseAnswer, parseAnswers } from "./schema.ts";
import type { Answer, Answers, Catalogue, Option, ProjectOptions } from "./types.ts";

/** An answer of a project that becomes another one. */
export type AnswerChange = {
  readonly option: string;
  readonly label: string;
  /** Both for a person. */
  readonly from: string;
  readonly to: string;
  /** What is left to be done by hand, as a sentence. */
  readonly byHand?: string;
};

type Recorded = Readonly<Record<string, Answer>>;

export type Changed = {
  /** All answers of the project as it will be. */
  readonly options: ProjectOptions;
  /** None: the project is so already. */
  readonly changes: readonly AnswerChange[];
};

/**
 * Changes answers of a project that exists.
 * @param before those that the project was made with
 * @throws UserError for an answer that is not valid, does not go with the others or cannot change
 */
export const changeAnswers = (
  before: ProjectOptions,
  wanted: Answers,
  catalogue: Catalogue = ours,
): Changed => {
  const recorded: Recorded = answersOf(before);
  for (const [id, value] of Object.entries(wanted)) {
    const option = catalogue.find((candidate) => candidate.id === id);
    if (option !== undefined) checkChange(option, recorded[id], parseAnswer(option, value));
  }
  const options = parseAnswers(
    { ...kept(recorded, { ...recorded, ...wanted }, catalogue), ...wanted },
    catalogue,
  );
  const now: Recorded = answersOf(options);
  return {
    options,
    changes: catalogue.flatMap((option) =>
      differences(option, recorded[option.id], now[option.id]),
    ),
  };
};

/** What no longer applies is no answer of the new project. */
const kept = (recorded: Answers, known: Answers, catalogue: Catalogue): Answers =>
  Object.fromEntries(
    Object.entries(recorded).filter(([id]) =>
      catalogue.some((option) => option.id === id && applies(option, known)),
    ),
  );

const isSame = (left: Answer | undefined, right: Answer | undefined): boolean =>
  chosen(left).join() === chosen(right).join();

const checkChange = (option: Option, from: Answer | undefined, to: Answer): void => {
  const { fixed } = option.change;
  if (fixed === undefined || from === undefined || isSame(from, to)) return;
  const among = fixed.among ?? [];
  if ([from, to].every((answer) => among.includes(String(answer)))) return;
  const others = among.includes(String(from)) ? among.filter((choice) => choice !== from) : [];
  const fix = others.length === 0 ? "It stays as it is." : `It can become ${others.join(" or ")}.`;
  const what = `${option.label} cannot change in a project that exists. ${fixed.reason}`;
  throw new UserError(what, flagOf(option.id), fix);
};

const differences = (
  option: Option,
  from: Answer | undefined,
  to: Answer | undefined,
): readonly AnswerChange[] => {
  if (isSame(from, to)) return [];
  const { id, label, change } = option;
  const shown = (answer: Answer = []) =>
    option.kind === "text" ? String(answer) || NONE : labelsOf(option, answer);
  const { byHand } = change;
  const mark = byHand === undefined ? {} : { byHand };
  return [{ option: id, label, from: shown(from), to: shown(to), ...mark }];
};
