import { expect, test } from "vitest";
import { nearest } from "../../src/options/nearest.ts";

const known = ["sqlite", "postgresql", "mysql"];

test.each([
  ["sqlit", "sqlite"],
  ["SQLite", "sqlite"],
  ["postgres", "postgresql"],
  ["postgersql", "postgresql"],
  ["my-sql", "mysql"],
  ["oracle-db", undefined],
  ["", undefined],
])("%s means %s", (word, meant) => {
  expect(nearest(word, known)).toBe(meant);
});
