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
export const coveringSelections = (catalogue: Catalogue = ours): readonly Selection[] => {
  const open = everySelection(catalogue).map((selection) => ({
    selection,
    pairs: pairsOf(selection),
  }));
  const uncovered = new Set(open.flatMap(({ pairs }) => pairs));
  const covering: Selection[] = [];
  while (uncovered.size > 0) {
    const gains = open.map(({ pairs }) => pairs.filter((pair) => uncovered.has(pair)).length);
    const best = open[gains.indexOf(Math.max(...gains))];
    if (best === undefined) break;
    covering.push(best.selection);
    for (const pair of best.pairs) uncovered.delete(pair);
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
