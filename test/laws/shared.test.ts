import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { packageRoot } from "../../src/package-root.ts";
import { readToolchain } from "../../src/plan/read-stack.ts";

const root = packageRoot();
const shared = join(root, "templates/shared");

/** Languages, and what some stack alone has: its name, its choices and its tools. */
const words = catalogue.flatMap((option) => {
  if (option.kind === "text") return [];
  if (option.id !== "stack") {
    return option.choices.flatMap(({ id, stacks }) => (stacks === undefined ? [] : [id]));
  }
  return option.choices.flatMap(({ id, also = [] }) => [
    ...[id, ...also],
    ...Object.keys(readToolchain(root, `templates/${id}`).tools),
  ]);
});
/**
 * Choices that one stack has as yet, and any other would have; and what means something else there:
 * a node of a cluster, the JavaScript of pages.
 */
const COMMON = ["prometheus", "opentelemetry", "sentry", "node", "javascript"];
const telling = words.filter((word) => /^[a-z]/.test(word) && !COMMON.includes(word));
const stackWords = new RegExp(
  `\\b(?:${[...telling, "python", "typescript", "pytest", "npm"].join("|")})\\b`,
  "i",
);

const paths = readdirSync(shared, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

test("what stacks share names none of them", () => {
  const naming = paths.flatMap((path) => {
    const [word] = stackWords.exec(readFileSync(path, "utf8")) ?? [];
    return word === undefined ? [] : [`${path.slice(shared.length + 1)}: ${word}`];
  });
  expect(naming).toEqual([]);
});
