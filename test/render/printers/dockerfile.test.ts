import { expect, test } from "vitest";
import { dockerfile } from "../../../src/render/printers/dockerfile.ts";

test.each([
  ["A service.", '"A service."'],
  ['say "hi" for $5 in C:\\', '"say \\"hi\\" for \\$5 in C:\\\\"'],
  ["$PATH # é", '"\\$PATH # é"'],
])("the value %j", (text, printed) => {
  expect(dockerfile.value(text).text).toBe(printed);
});

test("refuses a value that would end the instruction", () => {
  expect(() => dockerfile.value("a\nUSER root")).toThrow("a label is one line");
});
