import { chosen, type Offering } from "../options/resolve.ts";
import type { Catalogue, Selection } from "../options/types.ts";
import type { Condition, ConditionTerm } from "./types.ts";

/** The folder that is always in. */
const BASE = "base";
const OR = "-or-";

/**
 * Parses a layer folder's name: `base`, or `option=choice[,choice…]` joined by `+`,
 * or several of these joined by `-or-`.
 * @throws Error when it names an option or a choice that the catalogue does not have
 */
export const parseCondition = (name: string, catalogue: Catalogue): Condition => {
  if (name === BASE) return [[]];
  return name.split(OR).map((alternative) => parseTerms(alternative, catalogue));
};

const parseTerms = (name: string, catalogue: Catalogue): readonly ConditionTerm[] => {
  const terms = name.split("+").map((text) => parseTerm(text, catalogue));
  if (new Set(terms.map((term) => term.option)).size !== terms.length) {
    throw new Error("it names an option twice; list the choices with ',' instead");
  }
  return terms;
};

const parseTerm = (text: string, catalogue: Catalogue): ConditionTerm => {
  const [, id, list] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (id === undefined || list === undefined) {
    throw new Error(`'${text}' is neither '${BASE}' nor 'option=choice[,choice…]'`);
  }
  const option = choiceOptions(catalogue).find((candidate) => candidate.id === id);
  if (option === undefined) {
    throw new Error(`the catalogue has no option '${id}'; rename the folder or add the option`);
  }
  const known = [...option.choices.map((choice) => choice.id), ...(option.reserved ?? [])];
  const choices = list.split(",");
  for (const choice of choices) {
    if (!known.includes(choice)) {
      throw new Error(
        `the option '${id}' has no choice '${choice}'; rename the folder or add the choice`,
      );
    }
  }
  return { option: id, choices };
};

export const matches = (condition: Condition, selection: Selection): boolean =>
  condition.some((terms) =>
    terms.every(({ option, choices }) =>
      chosen(selection[option]).some((choice) => choices.includes(choice)),
    ),
  );

/** How many options a condition combines. */
export const termsOf = (condition: Condition): number =>
  Math.max(...condition.map((terms) => terms.length));

/** The order of layers: base, then by number of terms, then as the catalogue lists them. */
export const compareConditions =
  (catalogue: Catalogue) =>
  (left: Condition, right: Condition): number => {
    const a = sortKey(left, catalogue);
    const b = sortKey(right, catalogue);
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      const difference = (a[index] ?? -1) - (b[index] ?? -1);
      if (difference !== 0) return difference;
    }
    return 0;
  };

const sortKey = (condition: Condition, catalogue: Catalogue): readonly number[] => [
  termsOf(condition),
  ...condition.flat().flatMap((term) => {
    const position = catalogue.findIndex((option) => option.id === term.option);
    const option = catalogue[position];
    const ids =
      option !== undefined && option.kind !== "text"
        ? option.choices.map((choice) => choice.id)
        : [];
    return [
      position,
      ...term.choices.map((choice) => ids.indexOf(choice)),
      Number.MAX_SAFE_INTEGER,
    ];
  }),
];

const choiceOptions = (catalogue: Catalogue): readonly Offering[] =>
  catalogue.filter((option) => option.kind !== "text");
