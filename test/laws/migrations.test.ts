import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isMigration } from "../../src/life/migrations/place.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { packageRoot } from "../../src/package-root.ts";
import { matches, parseCondition } from "../../src/plan/condition.ts";
import type { Condition } from "../../src/plan/types.ts";
import { gitBlobHash } from "../../src/project/record.ts";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";

/** By version: where a migration is in, its path in a project, and its git blob hash. */
type Released = Readonly<Record<string, readonly string[]>>;

type Known = { readonly condition: Condition; readonly path: string; readonly hash: string };

const FILE = "test/laws/migrations.json";
const read = (path: string) => JSON.parse(readFileSync(join(packageRoot(), path), "utf8"));
const { version }: { version: string } = read("package.json");
const released: Released = read(FILE);

const known = Object.values(released)
  .flat()
  .map((line): Known => {
    const [condition = "", path = "", hash = ""] = line.split(" ");
    return { condition: parseCondition(condition, catalogue), path, hash };
  });

const listedIn = ({ selection }: Cell): ReadonlyMap<string, string> =>
  new Map(
    known
      .filter(({ condition }) => matches(condition, selection))
      .map(({ path, hash }) => [path, hash]),
  );

const hashesIn = ({ planned, project, texts }: Cell): ReadonlyMap<string, string> =>
  new Map(
    project.files.flatMap(({ path, content }) =>
      planned.migrations !== undefined &&
      isMigration(planned.migrations, path, texts.get(path) ?? "")
        ? [[path, gitBlobHash(content)] as const]
        : [],
    ),
  );

/** Databases have been migrated with what was released: it stays, to the byte. */
const edited = (cell: Cell): readonly string[] => {
  const now = hashesIn(cell);
  return [...listedIn(cell)]
    .filter(([path, hash]) => now.get(path) !== hash)
    .map(([path]) => {
      const what = now.has(path) ? "was edited" : "is not there any more";
      return `${path} ${what}: restore it, and change the schema by a new migration`;
    });
};

const unlisted = (cell: Cell): readonly string[] => {
  const listed = listedIn(cell);
  return [...hashesIn(cell)]
    .filter(([path]) => !listed.has(path))
    .map(
      ([path, hash]) => `${path} is new: add "CONDITION ${path} ${hash}" to ${version} in ${FILE}`,
    );
};

describe("migrations are append-only", () => {
  const cells = everyCell();

  test("each that was released is as it was", () => {
    expect(faultsIn(cells, edited)).toEqual([]);
  });

  test("each that is new is listed with the version that brings it", () => {
    expect(faultsIn(cells, unlisted)).toEqual([]);
  });

  test("every project has some, and every one that is listed is in a project", () => {
    for (const cell of cells) expect(hashesIn(cell).size).toBeGreaterThan(1);
    const there = new Set(cells.flatMap((cell) => [...hashesIn(cell)].flat()));
    for (const { path, hash } of known)
      expect([there.has(path), there.has(hash)]).toEqual([true, true]);
  });
});
