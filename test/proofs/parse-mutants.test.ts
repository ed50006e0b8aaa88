import { expect, test } from "vitest";
import { parseMutants } from "../../src/proofs/parse-mutants.ts";

const mutant = { id: "asks-nobody", text: "check()", instead: "pass" };
const read = (...mutants: readonly object[]) =>
  parseMutants("base/mutants.json", JSON.stringify({ ownership: mutants }));

test("text and what comes instead are text, or lines", () => {
  expect(read(mutant)).toEqual([{ control: "ownership", ...mutant }]);
  expect(read({ ...mutant, text: ["a", "  b"], instead: [""] })[0]).toMatchObject({
    text: "a\n  b",
    instead: "",
  });
});

test.each([
  ["an id of other letters", { ...mutant, id: "Asks nobody" }, "lower-case words joined by '-'"],
  ["a text that is blank", { ...mutant, text: ["", " "] }, "text is blank"],
  ["an edit that changes nothing", { ...mutant, instead: ["check()"] }, "instead is equal to text"],
  ["a test without a name", { ...mutant, test: "tests/test_api.py" }, "'path::test_name'"],
  ["another field", { ...mutant, why: "" }, 'Unrecognized key: "why"'],
])("%s is refused, and said where", (_, wrong, what) => {
  expect(() => read(wrong)).toThrow(what);
  expect(() => read(wrong)).toThrow(/^base\/mutants\.json: /);
});

test("a control without a mutant is refused", () => {
  expect(() => read()).toThrow("at ownership");
});
