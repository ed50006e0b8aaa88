import { describe, expect, test } from "vitest";
import { catalogue as ours } from "../../src/options/catalogue.ts";
import { coveringSelections, everySelection, pairsOf } from "../../src/options/matrix.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Option } from "../../src/options/types.ts";
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

  test("spreads the options that are beside the service", () => {
    const beside = (id: string): Option => ({
      kind: "choice",
      id,
      label: id,
      hint: id,
      question: `${id}?`,
      group: "Project",
      change: {},
      default: "yes",
      beside: true,
      choices: ["yes", "no", "later"].map((choice) => ({
        id: choice,
        label: choice,
        hint: choice,
        ...(choice === "later"
          ? { incompatible: [{ option: "database", choices: ["sqlite"], reason: "it is a file" }] }
          : {}),
      })),
    });
    const extended = [beside("packed"), ...ours, beside("shipped")];
    const selections = everySelection(extended);
    expect(selections).toHaveLength(everySelection().length);
    expect(Object.keys(selections[0] ?? {}).at(0)).toBe("packed");
    const pairs = new Set(selections.flatMap(pairsOf));
    const choices = [...pairs].filter((pair) => !/ |^packed=/.test(pair));
    for (const choice of choices) {
      for (const other of ["yes", "no"]) expect(pairs).toContain(`packed=${other} ${choice}`);
    }
    expect(pairs).toContain("packed=later shipped=later");
    expect(pairs).not.toContain("packed=later database=sqlite");
    expect(pairs).not.toContain("database=sqlite shipped=later");
  });

  test("counts our own selections", () => {
    // Eight of environment and database, two of the ORM; with passwords three of state and jobs, and
    // two hashes; else two of state. FastAPI has three of the framework.
    const fastify = 2 * 8 * (3 * 3 * 2 + 2 * 2);
    const fastapi = 3 * fastify;
    expect(everySelection()).toHaveLength(fastapi + fastify);
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
