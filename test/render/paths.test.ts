import { describe, expect, test } from "vitest";
import { pathClash, pathFault } from "../../src/render/paths.ts";

describe("pathFault", () => {
  test.each(["a", ".env", "app/__init__.py", ".github/workflows/ci.yml", "a..b", "console.py"])(
    "takes %s",
    (path) => {
      expect(pathFault(path)).toBeUndefined();
    },
  );

  test.each([
    ["", "has an empty part"],
    ["/etc/passwd", "has an empty part"],
    ["a//b", "has an empty part"],
    ["a/", "has an empty part"],
    ["..", "leaves its folder"],
    ["a/../b", "leaves its folder"],
    ["./a", "leaves its folder"],
    ["a\\b", "holds a character"],
    ["C:x", "holds a character"],
    ["a\0", "holds a character"],
    ["a\n", "holds a character"],
    ["é", "holds a character"],
    ["a.", "has a part that ends with a dot"],
    ["x/CON", "has the name of a Windows device"],
    ["lpt1.txt", "has the name of a Windows device"],
  ])("refuses %j", (path, fault) => {
    expect(pathFault(path)).toContain(fault);
  });
});

describe("pathClash", () => {
  test.each([
    [["a", "b/a", "b/c"], undefined],
    [
      ["README.md", "readme.MD"],
      ["README.md", "readme.MD"],
    ],
    [
      ["App/x", "app"],
      ["app", "App/x"],
    ],
    [["app.py", "app/x"], undefined],
  ])("%j: %j", (paths, clash) => {
    expect(pathClash(paths)).toEqual(clash);
  });
});
