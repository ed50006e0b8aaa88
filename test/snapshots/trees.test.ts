import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { cellOf, everyCell } from "../fixtures/matrix.ts";

// To take them anew, and then to read the difference: npx vitest run test/snapshots -u
const folder = join(import.meta.dirname, "__snapshots__");

/** As in the templates: neither git nor npm may read a snapshot as its own. */
const stored = (path: string): string =>
  path
    .split("/")
    .map((segment) => segment.replace(/^\./, "dot-"))
    .join("/");

describe("the files of each project", () => {
  test.each(everyCell().map((cell) => [cell.title, cell] as const))("%s", async (title, cell) => {
    const list = [...cell.texts.keys()].map((path) => `${path}\n`).join("");
    await expect(list).toMatchFileSnapshot(join(folder, "files", `${title}.txt`));
  });
});

describe.each([
  ["development-sqlite", { environment: "development", database: "sqlite" }],
  ["production-postgresql", { environment: "production", database: "postgresql" }],
])("the whole tree of %s", (name, selection) => {
  const { texts } = cellOf(selection);

  test.each([...texts])("%s", async (path, text) => {
    await expect(text).toMatchFileSnapshot(join(folder, name, stored(path)));
  });

  test("no file of a snapshot is left over: delete it", () => {
    const tree = join(folder, name);
    const entries = existsSync(tree)
      ? readdirSync(tree, { recursive: true, withFileTypes: true })
      : [];
    const kept = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(tree, join(entry.parentPath, entry.name)));
    expect([...texts.keys()].map(stored)).toEqual(expect.arrayContaining(kept));
  });
});
