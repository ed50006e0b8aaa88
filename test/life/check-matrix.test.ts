import { describe, expect, test } from "vitest";
import { coveringSelections } from "../../src/options/matrix.ts";
import { checkCell, expectedOf, told } from "../fixtures/checked.ts";
import { cellOf, everyCell, faultsIn } from "../fixtures/matrix.ts";

describe("a project that is as it was rendered", () => {
  test("has nothing that is missing, edited or weakened, in the whole matrix", {
    timeout: 120_000,
  }, () => {
    const cells = everyCell();
    expect(cells.length).toBeGreaterThan(1000);
    const judge = (cell: (typeof cells)[number]) =>
      checkCell(cell).findings.map(({ finding }) => `${finding.rule}: ${finding.what}`);
    expect(faultsIn(cells, judge)).toEqual([]);
  });
});

/** Files of each stack, one of a kind. */
const EDITED: Readonly<Record<string, readonly string[]>> = {
  fastapi: [
    "app/clock.py",
    "app/api.py",
    "app/settings/model.py",
    "tests/conftest.py",
    "pyproject.toml",
  ],
  fastify: ["src/clock.ts", "src/api.ts", "src/settings/model.ts", "tests/support/service.ts"],
};

// What is as it was rendered is not read again, so this reads it.
describe("the readers find no fault in what is rendered", () => {
  const cells = coveringSelections().map((selection) => cellOf(selection));

  test("each proof is run, and can fail", { timeout: 120_000 }, () => {
    const judge = (cell: (typeof cells)[number]) => {
      const { reader, plan, mutants } = expectedOf(cell);
      const proofs = reader.proofs(cell.texts);
      const tests = [...plan.controls, ...mutants].map(({ test }) => test);
      return [...new Set(tests)].flatMap((proof) => {
        const [path = "", ...names] = proof.split("::");
        const fault = proofs.fault(path, names, proofs.judges(path, names))?.what;
        return fault === undefined ? [] : [`${proof}: ${fault}`];
      });
    };
    expect(faultsIn(cells, judge)).toEqual([]);
  });

  test("each setting keeps its rule", () => {
    const judge = (cell: (typeof cells)[number]) => {
      const { reader, plan, code } = expectedOf(cell);
      const text = cell.texts.get(code.settings) ?? "";
      return reader.loosened(text, plan.settings).map(({ setting, what }) => `${setting}: ${what}`);
    };
    expect(faultsIn(cells, judge)).toEqual([]);
  });

  test("harmless edits of any kind of file weaken nothing", { timeout: 120_000 }, () => {
    const noted = (path: string) => (text: string) =>
      path.endsWith(".ts") ? `// Ours.\n${text}` : `# Ours.\n${text}`;
    const edits = (paths: readonly string[]) =>
      Object.fromEntries(paths.map((path) => [path, noted(path)]));
    const judge = (cell: (typeof cells)[number]) =>
      told(checkCell(cell, edits([...(EDITED[String(cell.selection.stack)] ?? []), "README.md"])));
    expect(faultsIn(cells, judge)).toEqual([]);
  });

  test("each private route asks for a permission", { timeout: 60_000 }, () => {
    const judge = (cell: (typeof cells)[number]) => {
      const { reader, code } = expectedOf(cell);
      if (code.access === undefined) return [];
      const routes = reader.routes(cell.texts, code.access);
      expect(routes.length).toBeGreaterThan(10);
      const open = routes.filter(
        ({ path, grants, authenticates }) =>
          !path.startsWith(code.tests) && authenticates && !grants,
      );
      return open.map(({ method, route }) => `${method} ${route}`);
    };
    expect(faultsIn(cells, judge)).toEqual([]);
  });
});
