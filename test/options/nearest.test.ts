import { expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { choiceSuggestion, nearest } from "../../src/options/nearest.ts";

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

const choicesOf = (id: string) => {
  const option = catalogue.find((candidate) => candidate.id === id);
  return option?.kind === "choice" ? option.choices : [];
};

test.each([
  ["database", "pg", "postgresql"],
  ["database", "Postgres", "postgresql"],
  ["database", "mariadb", "mysql"],
  ["auth", "oauth", "oidc"],
  ["auth", "cookie", "session"],
  ["environment", "prod", "production"],
])("for --%s, %s means %s", (id, word, meant) => {
  expect(choiceSuggestion(word, choicesOf(id))).toContain(`Did you mean ${meant}?`);
});

test("no two choices of an option are known by one name", () => {
  for (const option of catalogue) {
    if (option.kind === "text") continue;
    const names = option.choices.flatMap(({ id, also = [] }) => [id, ...also]);
    expect(new Set(names).size).toBe(names.length);
  }
});
