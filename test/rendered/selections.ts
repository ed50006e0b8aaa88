import { catalogue as ours } from "../../src/options/catalogue.ts";
import { asAnswer } from "../../src/options/flags.ts";
import { cover, coveringSelections, everySelection, pairsOf } from "../../src/options/matrix.ts";
import { written } from "../../src/options/resolve.ts";
import { parseGiven } from "../../src/options/schema.ts";
import type { Answer, Catalogue, Selection } from "../../src/options/types.ts";
import { cellOf } from "../fixtures/matrix.ts";

export type Wanted = {
  readonly selections: readonly Selection[];
  /** How they were chosen, for people. */
  readonly reason: string;
};

/** A selection as `RENDERED` takes it: `environment=development,database=sqlite,…`. */
export const titleOf = (selection: Selection): string =>
  Object.entries(selection)
    .map(([option, answer]) => `${option}=${written(answer).replaceAll(",", "+")}`)
    .join(",");

/**
 * The selections to run.
 * @param wish nothing for a covering set, `all`, or choices that each selection must have
 * @throws UserError for an unknown option or choice, Error when no selection has these choices
 */
export const wantedSelections = (wish: string | undefined, catalogue: Catalogue = ours): Wanted => {
  const every = everySelection(catalogue);
  if (wish === undefined || wish === "") {
    const selections = coveringSelections(catalogue);
    const pairs = new Set(selections.flatMap(pairsOf).filter((pair) => pair.includes(" "))).size;
    const reason = `${selections.length} of ${every.length} selections hold all ${pairs} pairs of choices`;
    return { selections, reason };
  }
  if (wish === "all") return { selections: every, reason: `all ${every.length} selections` };
  const terms = wish.split(",").map((term) => term.split("="));
  const given = parseGiven(
    Object.fromEntries(
      terms.map(([option = "", choice = ""]) => [
        option,
        asAnswer(option, choice.replaceAll("+", ","), catalogue),
      ]),
    ),
    catalogue,
  );
  const selections = every.filter((selection) =>
    Object.entries(given).every(([option, answer]) => isSame(selection[option], answer)),
  );
  if (selections.length === 0) throw new Error(`No selection has ${wish}.`);
  return { selections, reason: `${selections.length} of ${every.length} selections have ${wish}` };
};

const isSame = (left: Answer | undefined, right: Answer): boolean =>
  left !== undefined && written(left) === written(right);

/** Whether a test of its own is asked for: its step, and a selection that has its choices. */
export const isWanted = (choices: Selection, step: string): boolean => {
  const wish = process.env.RENDERED;
  const { selections } = wantedSelections(wish === undefined || wish === "" ? "all" : wish);
  const asked = process.env.RENDERED_STEPS?.split(",").includes(step) ?? true;
  const terms = Object.entries(choices);
  return (
    asked &&
    selections.some((one) => terms.every(([option, answer]) => isSame(one[option], answer)))
  );
};

/**
 * Those of the selections whose coverage is measured: a small one of each ORM of each stack, since a
 * suite takes more than twice as long under measurement.
 */
export const measuredSelections = (selections: readonly Selection[]): readonly Selection[] => {
  const files = new Map(selections.map((one) => [one, cellOf(one).texts.size]));
  const fewestFirst = selections.toSorted(
    (left, right) => (files.get(left) ?? 0) - (files.get(right) ?? 0),
  );
  return cover(fewestFirst, ({ stack, orm }) => [`stack=${stack} orm=${orm}`]);
};
