import { expect, test } from "vitest";
import { brief } from "../../src/project/brief.ts";

test("each folder is a line with what is below it, and files come after", () => {
  const paths = [".env", "app/a.py", ...Array.from({ length: 10 }, (_, n) => `tests/x/${n}.py`)];
  expect(brief(paths)).toEqual(["app/     1 file", "tests/  10 files", ".env"]);
});

test("a project without folders", () => {
  expect(brief(["a", "b"])).toEqual(["a", "b"]);
});
