import { test } from "vitest";
import { harnessOf } from "./harness.ts";
import { begin } from "./outcome.ts";
import { prove } from "./prove.ts";
import { measuredSelections, titleOf, wantedSelections } from "./selections.ts";
import { missingServer } from "./servers.ts";

/** Defines the tests of the wanted selections that have an ORM. */
export const proveSelections = (orm: string): void => {
  const { selections } = wantedSelections(process.env.RENDERED);
  const measured = new Set(measuredSelections(selections));
  const own = selections.filter((selection) => selection.orm === orm);
  if (own.length === 0) test.skip(`no selection of ${orm} is wanted`);
  for (const selection of own) {
    test.concurrent(titleOf(selection), async ({ task, skip }) => {
      const outcome = begin(selection);
      task.meta.outcome = outcome;
      const missing = (await harnessOf(selection).missing()) ?? (await missingServer(selection));
      if (missing !== undefined) {
        if (process.env.CI === "true") throw new Error(missing);
        outcome.result = "left out";
        outcome.reason = missing;
        skip(missing);
      }
      await prove(outcome, measured.has(selection));
    });
  }
};
