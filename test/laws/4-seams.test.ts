import { describe, expect, test } from "vitest";
import { everyCell } from "../fixtures/matrix.ts";
import { importFault, ownImports } from "../fixtures/python.ts";

describe.each(everyCell().map((cell) => [cell.title, cell] as const))(
  "law 4: variants meet at a seam: %s",
  (_, { texts }) => {
    const python = [...texts].filter(([path]) => path.endsWith(".py"));

    test("each name that a module imports is there", () => {
      const imports = python.flatMap(([path, text]) => ownImports(path, text));
      expect(imports.length).toBeGreaterThan(100);
      expect(imports.flatMap((one) => importFault(one, texts) ?? [])).toEqual([]);
    });

    test("each module is imported, run or collected by someone", () => {
      const imported = new Set(
        python.flatMap(([path, text]) =>
          ownImports(path, text).flatMap(({ module, name }) => [module, `${module}.${name}`]),
        ),
      );
      const alone = python
        .map(([path]) => path)
        .filter((path) => path.startsWith("app/") && !/__(?:init|main)__\.py$/.test(path))
        .filter((path) => !imported.has(path.replace(/\.py$/, "").replaceAll("/", ".")));
      expect(alone).toEqual([]);
    });
  },
);

describe("importFault", () => {
  const files = new Map([
    ["app/__init__.py", ""],
    ["app/a.py", "from app.b import (\n    deep,\n)\nMAX: int = 3\n\n\ndef f(): ...\n"],
  ]);

  test.each([
    ["from app.a import f, MAX", []],
    ["from app import a", []],
    ["from app.a import (\n    f,  # why\n    MAX as other,\n)", []],
    ["from app.a import deep", []],
    ["from app.a import g", ["x.py: app.a has no g"]],
    ["    from app.b import f", ["x.py: there is no app.b"]],
    ["import app.c", ["x.py: there is no app.c"]],
    ["from application import x", []],
  ])("judges %j", (text, faults) => {
    expect(ownImports("x.py", text).flatMap((one) => importFault(one, files) ?? [])).toEqual(
      faults,
    );
  });
});
