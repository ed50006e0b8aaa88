import { describe, expect, test } from "vitest";
import { everyCell, faultsIn } from "../fixtures/matrix.ts";
import { importFaults, loneModules } from "../fixtures/python.ts";

describe("law 4: variants meet at a seam, in every project", () => {
  const cells = everyCell();

  test("each name that a module imports is there", () => {
    expect(faultsIn(cells, ({ texts }) => importFaults(texts))).toEqual([]);
  });

  test("each module is imported, run or collected by someone", () => {
    expect(faultsIn(cells, ({ texts }) => loneModules(texts))).toEqual([]);
  });
});

describe("importFaults", () => {
  const files = [
    ["app/__init__.py", ""],
    ["app/a.py", "from app.b import (\n    deep,\n)\nMAX: int = 3\n\n\ndef f(): ...\n"],
    ["app/b.py", "deep = 1\n"],
  ] as const;

  test.each([
    ["from app.a import f, MAX", []],
    ["from app import a", []],
    ["from app.a import (\n    f,  # why\n    MAX as other,\n)", []],
    ["from app.a import deep", []],
    ["from app.a import g", ["x.py: app.a has no g"]],
    ["    from app.c import f", ["x.py: there is no app.c"]],
    ["import app.c", ["x.py: there is no app.c"]],
    ["from application import x", []],
  ])("judges %j", (text, faults) => {
    expect(importFaults(new Map([...files, ["x.py", text]]))).toEqual(faults);
  });
});

test("loneModules names the module that nobody imports", () => {
  const files = { "app/a.py": "", "app/b.py": "import app.a", "app/__main__.py": "" };
  expect(loneModules(new Map(Object.entries(files)))).toEqual(["app/b.py"]);
});
