import { test } from "vitest";
import { harnessOf } from "./harness.ts";
import { begin } from "./outcome.ts";
import { prove } from "./prove.ts";
import { measuredSelections, titleOf, wantedSelections } from "./selections.ts";
import { missingServer } from "./servers.ts";

const { selections } = wantedSelections(process.env.RENDERED);
const measured = new Set(measuredSelections(selections));

for (const selection of selections) {
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
