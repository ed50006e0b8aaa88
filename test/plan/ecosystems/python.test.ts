import { describe, expect, test } from "vitest";
import { python } from "../../../src/plan/ecosystems/python.ts";

describe("pins of Python", () => {
  test("reads pins and floors, by normalised name", () => {
    const pins = python.parse("# all\n\nFastAPI==0.1.0  # web\nsql_Kit.x >=1.3\n");
    expect([...pins]).toEqual([
      ["fastapi", "==0.1.0"],
      ["sql-kit-x", ">=1.3"],
    ]);
  });

  test.each([
    ["web", "line 1: 'web' is no 'name==version'"],
    ["ok==1\nweb~=1.0", "line 2: 'web~=1.0' is no"],
    ["web==1 ; python_version > '3'", "line 1:"],
    ["-r other.txt", "line 1:"],
    ["a_b==1\nA.B==2", "line 2: 'A.B' is pinned twice"],
  ])("refuses %j", (text, message) => {
    expect(() => python.parse(text)).toThrow(message);
  });
});

test("packageName leaves extras out", () => {
  expect(python.packageName("SQL_Alchemy[asyncio,x]")).toBe("sql-alchemy");
});

test("a requirement has the extras and the specifier", () => {
  expect(python.requirement("sqlalchemy[asyncio]", "==2.1")).toBe("sqlalchemy[asyncio]==2.1");
});
