import { catalogue as ours } from "./catalogue.ts";
import { applies, chosen, NONE, type Offering, offered } from "./resolve.ts";
import type { Answer, Catalogue, Option, Selection } from "./types.ts";

/**
 * Every selection of the options that are part of the service. The options beside it are not
 * multiplied with these but spread over them, so that every few neighbours hold all their choices.
 */
export const everySelection = (catalogue: Catalogue = ours): readonly Selection[] => {
  const isBeside = (option: Option) => option.kind !== "text" && option.beside === true;
  const within = catalogue.filter((option) => !isBeside(option));
  const beside = catalogue.filter(isBeside);
  return combined(within, {}, catalogue).map((selection, index) => {
    const all = combined(beside, selection, catalogue);
    return inOrder(all[Math.floor(((index * GOLDEN_RATIO) % 1) * all.length)] ?? {}, catalogue);
  });
};

/** Its multiples modulo 1 are spread evenly, whatever the period of what they are spread over. */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/** Every selection of the options that is allowed beside the choices of another selection. */
const combined = (
  options: readonly Option[],
  selection: Selection,
  catalogue: Catalogue,
): readonly Selection[] =>
  options.reduce<readonly Selection[]>(
    (selections, option) => {
      if (option.kind === "text") return selections;
      return selections.flatMap((known) =>
        applies(option, known)
          ? answers(option, known, catalogue).map((answer) => ({ ...known, [option.id]: answer }))
          : [known],
      );
    },
    [selection],
  );

/** Every answer to an option: each choice, or each set of choices. */
const answers = (option: Offering, known: Selection, catalogue: Catalogue): readonly Answer[] => {
  const ids = offered(catalogue, option, known).map(({ id }) => id);
  if (option.kind === "choice") return ids;
  return ids.reduce<readonly (readonly string[])[]>(
    (sets, id) => sets.flatMap((set) => [set, [...set, id]]),
    [[]],
  );
};

const inOrder = (selection: Selection, catalogue: Catalogue): Selection =>
  Object.fromEntries(
    catalogue.flatMap(({ id }) => (selection[id] === undefined ? [] : [[id, selection[id]]])),
  );

/**
 * Few selections that together hold every pair of choices that any selection holds. Always the
 * same ones, in the same order.
 */
export const coveringSelections = (catalogue: Catalogue = ours): readonly Selection[] =>
  cover(everySelection(catalogue), pairsOf);

/**
 * Few of the selections that together hold every part that any of them holds: each time the one
 * whose missing parts are the rarest, for what many hold comes along with them; in the end without
 * those that the others have made needless.
 */
export const cover = (
  selections: readonly Selection[],
  partsOf: (selection: Selection) => readonly string[],
): readonly Selection[] => {
  const open = selections.map((selection) => ({ selection, parts: partsOf(selection) }));
  const holders = new Map<string, number>();
  for (const { parts } of open) {
    for (const part of parts) holders.set(part, (holders.get(part) ?? 0) + 1);
  }
  const missing = new Map([...holders].map(([part, count]) => [part, 1 / count]));
  const gainOf = (parts: readonly string[]) =>
    parts.reduce((gain, part) => gain + (missing.get(part) ?? 0), 0);
  let covering: typeof open = [];
  while (missing.size > 0) {
    const gains = open.map(({ parts }) => gainOf(parts));
    const best = open[gains.indexOf(Math.max(...gains))];
    if (best === undefined) break;
    covering = [...covering, best];
    for (const part of best.parts) missing.delete(part);
  }
  for (const one of covering.toReversed()) {
    const others = covering.filter((other) => other !== one);
    const held = new Set(others.flatMap(({ parts }) => parts));
    if (one.parts.every((part) => held.has(part))) covering = others;
  }
  return covering.map(({ selection }) => selection);
};

/** Each pair of choices in a selection, and each choice alone, as text. */
export const pairsOf = (selection: Selection): readonly string[] => {
  const choices = Object.entries(selection).flatMap(([option, answer]) => {
    const ids = chosen(answer);
    return (ids.length === 0 ? [NONE] : ids).map((id) => `${option}=${id}`);
  });
  return choices.flatMap((left, index) => [
    left,
    ...choices.slice(index + 1).map((right) => `${left} ${right}`),
  ]);
};
