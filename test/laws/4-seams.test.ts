import { describe, expect, test } from "vitest";
import { everyCell, faultsIn } from "../fixtures/matrix.ts";
import { importFaults, loneModules } from "../fixtures/python.ts";
import * as typescript from "../fixtures/typescript.ts";

describe("law 4: variants meet at a seam, in every project", () => {
  const cells = everyCell();

  test("each name that a module imports is there", () => {
    expect(
      faultsIn(cells, ({ texts }) => [...importFaults(texts), ...typescript.importFaults(texts)]),
    ).toEqual([]);
  });

  test("each module is imported, run or collected by someone", () => {
    expect(
      faultsIn(cells, ({ texts }) => [...loneModules(texts), ...typescript.loneModules(texts)]),
    ).toEqual([]);
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

describe("the same, of TypeScript", () => {
  const files = [
    ["src/cli.ts", 'import "./a.ts";\n'],
    [
      "src/a.ts",
      'import { type Deep as Other, deep } from "./b/b.ts";\nexport const MAX = 3;\nexport type T = 1;\n',
    ],
    ["src/b/b.ts", "export const deep = 1;\nexport interface Deep {}\nexport { deep as low };\n"],
    ["src/thread.ts", ""],
    ["src/b/tables.ts", ""],
    ["tool.config.ts", 'export default { schema: "./src/b/tables.ts" };\n'],
  ] as const;

  test.each([
    ['import { MAX, type T } from "./a.ts";', []],
    ['import type { Deep } from "./b/b.ts";\nimport pg from "pg";', []],
    ['import {\n  deep,\n  low,\n} from "./b/b.ts";', []],
    ['export { MAX } from "./a.ts";', []],
    ['// import { gone } from "./gone.ts";', []],
    ['new Worker(new URL("./thread.ts", import.meta.url));', []],
    ['import { deep } from "./a.ts";', ["src/x.ts: src/a.ts has no deep"]],
    ['import type { Deep, MAX } from "./b/b.ts";', ["src/x.ts: src/b/b.ts has no MAX"]],
    ['import "./gone.ts";', ["src/x.ts: there is no src/gone.ts"]],
    ['import { a } from "../a.ts";', ["src/x.ts: there is no a.ts"]],
  ])("judges %j", (text, faults) => {
    const tree = new Map<string, string>([...files, ["src/x.ts", `${text}\n`]]);
    expect(typescript.importFaults(tree)).toEqual(faults);
  });

  test("names the module that nobody imports and nobody starts", () => {
    expect(typescript.loneModules(new Map(files))).toEqual(["src/thread.ts"]);
  });
});
