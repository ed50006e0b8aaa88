import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Advisory, parseAdvisory } from "../../src/advisories/advisory.ts";
import { concerns, openAdvisories } from "../../src/life/check/advisories.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { packageRoot } from "../../src/package-root.ts";
import { occurrences } from "../../src/proofs/mutants.ts";
import { python } from "../../src/render/readers/python.ts";
import { loadAdvisories } from "../../src/system/advisories.ts";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";

const advisories = loadAdvisories();
const cells = everyCell();

/** A file as 0.1.0 rendered it. */
const released = (file: string): string =>
  readFileSync(join(packageRoot(), "test/fixtures/released/0.1.0", file), "utf8");

const noDrift = { edited: [], missing: [], moved: new Map(), withoutExample: false };

const namedIn = (files: ReadonlyMap<string, string>, known: readonly Advisory[] = advisories) => {
  const tree = {
    paths: [...files.keys()],
    read: (path: string) => {
      const text = files.get(path);
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
  return openAdvisories(known, tree, noDrift, python).map(({ of }) => of);
};

test("there are some, each in a file with its id", () => {
  expect(advisories.length).toBeGreaterThanOrEqual(8);
  expect(new Set(advisories.map(({ id }) => id)).size).toBe(advisories.length);
  for (const { id } of advisories) {
    expect(existsSync(join(packageRoot(), "advisories", `${id}.json`)), id).toBe(true);
  }
});

describe.each(advisories)("$id: $title", (advisory) => {
  const files = new Map(advisory.edits.map(({ file }) => [file, released(file)]));

  test("its fix applies once to what was released, and takes the fault away", () => {
    expect(namedIn(files, [advisory])).toEqual([advisory.id]);
    let after = new Map(files);
    for (const { file, text, instead } of advisory.edits) {
      const before = after.get(file) ?? "";
      expect(occurrences(before, text), text).toBe(1);
      after = new Map([...after, [file, before.replace(text, () => instead)]]);
    }
    expect(namedIn(after, [advisory])).toEqual([]);
  });

  test("it is found in what a formatter made of the file", () => {
    const wide = new Map(
      [...files].map(([file, text]) => [
        file,
        text.replace(/,\n +/g, ", ").replaceAll("\n", "\r\n"),
      ]),
    );
    expect(namedIn(wide, [advisory])).toEqual([advisory.id]);
  });

  test("it is found in a file that was moved, and says where", () => {
    const moved = new Map([...files].map(([file, text]) => [`service/${file}`, text]));
    expect(namedIn(moved, [advisory])).toEqual([advisory.id]);
  });

  test("each control that it names is one, in a project that it is about", () => {
    const known = new Set(
      cells
        .filter(({ selection }) => concerns(advisory, "0.1.0", selection, catalogue))
        .flatMap(({ planned }) => planned.controls.map(({ id }) => id)),
    );
    expect([...known]).toEqual(expect.arrayContaining([...advisory.controls]));
  });
});

test("nothing that is rendered today has one of them", { timeout: 120_000 }, () => {
  const texts = new Map<string, readonly string[]>();
  const judge = (cell: Cell): readonly string[] =>
    advisories.flatMap((advisory) => {
      if (!concerns(advisory, "0.1.0", cell.selection, catalogue)) return [];
      return advisory.edits.flatMap(({ file, sign }) => {
        const text = cell.texts.get(file);
        if (text === undefined || !sign) return [];
        const key = `${advisory.id}\n${file}\n${text}`;
        const known = texts.get(key) ?? namedIn(new Map([[file, text]]), [advisory]);
        texts.set(key, known);
        return known;
      });
    });
  expect(faultsIn(cells, judge)).toEqual([]);
});

test("they are about the projects that have the fault, from the version on that brought it", () => {
  const [first] = advisories;
  if (first === undefined) throw new Error("there are advisories");
  const about = (changed: Partial<Advisory>, version: string, auth: string) =>
    concerns({ ...first, ...changed }, version, { stack: "fastapi", auth }, catalogue);
  expect(about({ condition: "auth=oidc" }, "0.1.0", "oidc")).toBe(true);
  expect(about({ condition: "auth=oidc" }, "0.1.0", "jwt")).toBe(false);
  expect(about({ since: "0.3.0" }, "0.2.9", "jwt")).toBe(false);
  expect(about({ stack: "other" }, "0.1.0", "jwt")).toBe(false);
});

describe("an advisory that is malformed is refused", () => {
  const [first] = advisories;
  test.each([
    [{ id: "CSA-1" }, "CSA-2026-001"],
    [{ severity: "awful" }, "severity"],
    [{ edits: [] }, "edits"],
    [{ references: [] }, "references"],
    [{ fixedIn: "soon" }, "1.2.3"],
    [{ odd: 1 }, "odd"],
  ])("%j", (changed, said) => {
    expect(() => parseAdvisory({ ...first, ...changed })).toThrow(said);
    expect(parseAdvisory({ ...first })).toEqual(first);
  });
});
