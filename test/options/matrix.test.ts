import { describe, expect, test } from "vitest";
import { coveringSelections, everySelection, pairsOf } from "../../src/options/matrix.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

describe("everySelection", () => {
  const selections = everySelection(fixtureCatalogue);

  test("has each valid selection once", () => {
    // (environment, store): 3 pairs. (stack, auth, hash): snake 2 + 1, coffee 2.
    expect(selections).toHaveLength(3 * (3 + 2));
    expect(new Set(selections.map((selection) => JSON.stringify(selection))).size).toBe(15);
  });

  test("has what the validator accepts", () => {
    for (const selection of selections) {
      expect(parseAnswers(selection, fixtureCatalogue).selection).toEqual(selection);
    }
  });

  test("leaves out what is refused", () => {
    const pairs = selections.flatMap(pairsOf);
    expect(pairs).toContain("environment=production store=server");
    expect(pairs).not.toContain("environment=production store=file");
    expect(pairs).not.toContain("stack=coffee auth=key");
    expect(pairs).not.toContain("auth=key hash=slow");
  });

  test("counts our own selections", () => {
    // Three of the framework, two of the ORM, eight of environment and database; with passwords
    // three of state and jobs, and two hashes; else two of state.
    expect(everySelection()).toHaveLength(3 * 2 * 8 * (3 * 3 * 2 + 2 * 2));
  });
});

describe("coveringSelections", () => {
  test("holds every pair, with fewer selections", () => {
    const covering = coveringSelections(fixtureCatalogue);
    const all = new Set(everySelection(fixtureCatalogue).flatMap(pairsOf));
    expect(new Set(covering.flatMap(pairsOf))).toEqual(all);
    expect(covering.length).toBeLessThan(10);
  });
});
