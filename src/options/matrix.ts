import { catalogue as ours } from "./catalogue.ts";
import { applies, offered } from "./resolve.ts";
import type { Catalogue, Selection } from "./types.ts";

/** Every selection that the catalogue allows. */
export const everySelection = (catalogue: Catalogue = ours): readonly Selection[] =>
  catalogue.reduce<readonly Selection[]>(
    (selections, option) => {
      if (option.kind === "text") return selections;
      return selections.flatMap((selection) =>
        applies(option, selection)
          ? offered(catalogue, option, selection).map((choice) => ({
              ...selection,
              [option.id]: choice.id,
            }))
          : [selection],
      );
    },
    [{}],
  );

/**
 * Few selections that together hold every pair of choices that any selection holds. Always the
 * same ones, in the same order.
 */
export const coveringSelections = (catalogue: Catalogue = ours): readonly Selection[] =>
  cover(everySelection(catalogue), pairsOf);

/** Few of the selections that together hold every part that any of them holds. */
export const cover = (
  selections: readonly Selection[],
  partsOf: (selection: Selection) => readonly string[],
): readonly Selection[] => {
  const open = selections.map((selection) => ({ selection, parts: partsOf(selection) }));
  const missing = new Set(open.flatMap(({ parts }) => parts));
  const covering: Selection[] = [];
  while (missing.size > 0) {
    const gains = open.map(({ parts }) => parts.filter((part) => missing.has(part)).length);
    const best = open[gains.indexOf(Math.max(...gains))];
    if (best === undefined) break;
    covering.push(best.selection);
    for (const part of best.parts) missing.delete(part);
  }
  return covering;
};

/** Each pair of choices in a selection, and each choice alone, as text. */
export const pairsOf = (selection: Selection): readonly string[] => {
  const choices = Object.entries(selection).map(([option, choice]) => `${option}=${choice}`);
  return choices.flatMap((left, index) => [
    left,
    ...choices.slice(index + 1).map((right) => `${left} ${right}`),
  ]);
};
