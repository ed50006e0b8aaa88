import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Selection } from "../../src/options/types.ts";
import { cellOf, everyCell } from "../fixtures/matrix.ts";

// To take them anew, and then to read the difference: npx vitest run test/snapshots -u
const folder = join(import.meta.dirname, "__snapshots__");

/** As in the templates: neither git nor npm may read a snapshot as its own. */
const stored = (path: string): string =>
  path
    .split("/")
    .map((segment) => segment.replace(/^\./, "dot-"))
    .join("/");

/** The lists of files that projects have, each with the choices that all projects of it share. */
const fileLists = (): readonly (readonly [string, string])[] => {
  const lists = new Map<string, Selection[]>();
  for (const { texts, selection } of everyCell()) {
    const list = [...texts.keys()].map((path) => `${path}\n`).join("");
    lists.set(list, [...(lists.get(list) ?? []), selection]);
  }
  return [...lists].map(([list, [first = {}, ...rest]]) => {
    const shared = Object.entries(first)
      .filter(([option, choice]) => rest.every((selection) => selection[option] === choice))
      .map(([, choice]) => choice);
    return [shared.join("-"), list];
  });
};

describe("the files of each project", () => {
  const lists = fileLists();

  test.each(lists)("%s", async (title, list) => {
    await expect(list).toMatchFileSnapshot(join(folder, "files", `${title}.txt`));
  });

  test("no list is left over: delete it", () => {
    const kept = existsSync(join(folder, "files")) ? readdirSync(join(folder, "files")) : [];
    expect(lists.map(([title]) => `${title}.txt`)).toEqual(expect.arrayContaining(kept));
  });
});

describe.each([
  ["defaults", {}],
  [
    "production-mysql",
    {
      environment: "production",
      orm: "tortoise",
      database: "mysql",
      state: "redis",
      auth: "session",
      jobs: "taskiq",
      "framework-version": "0.136",
      "password-hash": "bcrypt",
    },
  ],
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
