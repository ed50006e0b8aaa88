import type { Answer, Catalogue, Choice, ChoiceOption, ManyOption, Option } from "./types.ts";

/** Choice ids that are known so far, by option id. Absent: not answered yet. */
export type Known = Readonly<Record<string, unknown>>;

/** An option that offers choices. */
export type Offering = ChoiceOption | ManyOption;

/** The word for no choice, where several can be had. */
export const NONE = "none";

/** The ids of the choices in an answer. */
export const chosen = (answer: unknown): readonly string[] =>
  answer === undefined ? [] : [answer].flat().map(String);

/** The choices that an answer names, in the order of the catalogue. */
export const choicesOf = ({ choices }: Offering, answer: unknown): readonly Choice[] => {
  const ids = chosen(answer);
  return choices.filter(({ id }) => ids.includes(id));
};

/** The choices of an answer, for a person. */
export const labelsOf = (option: Offering, answer: unknown): string =>
  choicesOf(option, answer)
    .map(({ label }) => label)
    .join(", ") || NONE;

/** An answer as it is written on the command line. */
export const written = (answer: Answer): string =>
  typeof answer === "string" ? answer : answer.join(",") || NONE;

/** Whether an option is asked, given the choices that are known. */
export const applies = (option: Option, known: Known): boolean =>
  option.kind === "text" ||
  Object.entries(option.appliesWhen?.has ?? {}).every(([id, choices]) =>
    chosen(known[id]).some((choice) => choices.includes(choice)),
  );

/** One choice that cannot stand beside some choices of another option. */
export type Exclusion = {
  readonly option: string;
  readonly choice: string;
  readonly other: string;
  readonly others: readonly string[];
  readonly reason: string;
};

/** The ids of the stacks, in order. */
export const stackIds = (catalogue: Catalogue): readonly string[] =>
  catalogue
    .flatMap((option) => (option.kind === "choice" && option.id === "stack" ? option.choices : []))
    .map(({ id }) => id);

const stated = new WeakMap<Catalogue, readonly Exclusion[]>();

/** Every exclusion that follows from the catalogue, by incompatibilities and by stacks. */
export const exclusions = (catalogue: Catalogue): readonly Exclusion[] => {
  const known = stated.get(catalogue) ?? statedExclusions(catalogue);
  stated.set(catalogue, known);
  return known;
};

const statedExclusions = (catalogue: Catalogue): readonly Exclusion[] => {
  const stacks = stackIds(catalogue);
  return catalogue.flatMap((option, index) =>
    option.kind === "text"
      ? []
      : option.choices.flatMap((choice) => [
          ...stackExclusion(option, choice, stacks),
          ...(choice.incompatible ?? []).map((rule) => ({
            option: option.id,
            choice: choice.id,
            other: rule.option,
            others: rule.choices,
            reason: rule.reason,
          })),
          ...catalogue.slice(0, index).flatMap((other) => apart(option, choice, other)),
        ]),
  );
};

/** What an earlier option cannot have beside a choice, since no stack has both. */
const apart = (option: Offering, choice: Choice, other: Option): readonly Exclusion[] => {
  if (other.kind === "text" || choice.stacks === undefined) return [];
  const others = other.choices
    .filter(({ stacks }) => stacks?.some((stack) => choice.stacks?.includes(stack)) === false)
    .map(({ id }) => id);
  const reason = "no stack has both";
  return others.length === 0
    ? []
    : [{ option: option.id, choice: choice.id, other: other.id, others, reason }];
};

const stackExclusion = (
  option: Offering,
  choice: Choice,
  stacks: readonly string[],
): readonly Exclusion[] => {
  const others = stacks.filter((stack) => choice.stacks?.includes(stack) === false);
  const reason = `${choice.label} is not made for this stack`;
  return others.length === 0
    ? []
    : [{ option: option.id, choice: choice.id, other: "stack", others, reason }];
};

export type Refusal = {
  /** Why, as a clause. */
  readonly reason: string;
  /** The known choice that stands in the way. */
  readonly option: string;
  readonly choice: string;
};

/** Why a choice cannot be taken beside the known ones; undefined when it can. */
export const refusal = (
  catalogue: Catalogue,
  option: Offering,
  choice: Choice,
  known: Known,
): Refusal | undefined => {
  for (const rule of exclusions(catalogue)) {
    const { reason } = rule;
    const other = chosen(known[rule.other]).find((id) => rule.others.includes(id));
    if (rule.option === option.id && rule.choice === choice.id && other !== undefined) {
      return { reason, option: rule.other, choice: other };
    }
    if (
      rule.other === option.id &&
      rule.others.includes(choice.id) &&
      chosen(known[rule.option]).includes(rule.choice)
    ) {
      return { reason, option: rule.option, choice: rule.choice };
    }
  }
  return undefined;
};

/** The choices of an option that can be taken beside the known ones, in order. */
export const offered = (catalogue: Catalogue, option: Offering, known: Known): readonly Choice[] =>
  option.choices.filter((choice) => refusal(catalogue, option, choice, known) === undefined);

/** The default answer beside the known ones; undefined when no choice can be taken. */
export const defaultAnswer = (
  catalogue: Catalogue,
  option: Offering,
  known: Known,
): Answer | undefined => {
  if (option.kind === "choice") return defaultChoice(catalogue, option, known);
  const ids = offered(catalogue, option, known).map((choice) => choice.id);
  return option.default.filter((id) => ids.includes(id));
};

/** The default among the offered choices: the stated one, or else the first. */
export const defaultChoice = (
  catalogue: Catalogue,
  option: ChoiceOption,
  known: Known,
): string | undefined => {
  const ids = offered(catalogue, option, known).map((choice) => choice.id);
  const stated = statedDefault(option, known);
  return stated !== undefined && ids.includes(stated) ? stated : ids[0];
};

/** The default that the catalogue states, whether it can be taken or not. */
export const statedDefault = (option: ChoiceOption, known: Known): string | undefined =>
  typeof option.default === "string"
    ? option.default
    : option.default[String(known[option.default.by])];
