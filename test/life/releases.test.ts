import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseRelease, releases, releasesBetween } from "../../src/life/releases.ts";
import { catalogue } from "../../src/options/catalogue.ts";
import { everySelection } from "../../src/options/matrix.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { packageRoot } from "../../src/package-root.ts";
import { matches, parseCondition } from "../../src/plan/condition.ts";
import { compareVersions } from "../../src/project/versions.ts";

const root = packageRoot();
const { version }: { version: string } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
const all = releases.map(parseRelease);
const notes = all.flatMap(({ changes, fixes }) => [...changes, ...fixes]);

describe("release notes", () => {
  test("there are some of the running version, and none of a later one", () => {
    expect(all.at(-1)?.version).toBe(version);
  });

  test("each version has a file, and each file is in the package, oldest first", () => {
    const versions = all.map((release) => release.version);
    expect(versions).toEqual([...new Set(versions)].toSorted(compareVersions));
    expect(readdirSync(join(root, "releases")).sort()).toEqual(
      versions.map((name) => `${name}.json`).sort(),
    );
    const dates = all.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
  });

  test("each condition names known choices, and some project has them", () => {
    const selections = everySelection();
    for (const { when } of notes) {
      if (when === undefined) continue;
      const condition = parseCondition(when, catalogue);
      expect([when, selections.some((selection) => matches(condition, selection))]).toEqual([
        when,
        true,
      ]);
    }
  });

  test("are sentences", () => {
    for (const { text, do: work = "." } of notes) {
      expect(text).toMatch(/^[A-Z./`].*\.$/);
      expect(work).toMatch(/\.$/);
    }
  });

  const made = (name: string, when?: string) => ({
    version: name,
    date: "2026-01-01",
    changes: [{ text: `In ${name}.`, ...(when === undefined ? {} : { when }) }],
    fixes: [],
  });
  const { selection } = parseAnswers({ orm: "tortoise" });
  const told = (from: string, to: string, some: readonly unknown[]) =>
    releasesBetween(from, to, selection, { notes: some }).map(
      (release) => `${release.version}: ${release.changes.map(({ text }) => text).join()}`,
    );

  test("are those after one version, and up to another", () => {
    const some = [made("0.1.0"), made("0.2.0"), made("0.10.0"), made("1.0.0")];
    expect(told("0.1.0", "0.10.0", some)).toEqual(["0.2.0: In 0.2.0.", "0.10.0: In 0.10.0."]);
    expect(told("0.10.0", "0.10.0", some)).toEqual([]);
  });

  test("are those that the choices of a project are concerned by", () => {
    const some = [made("0.2.0", "orm=tortoise+auth=jwt"), made("0.3.0", "orm=sqlalchemy")];
    expect(told("0.1.0", "1.0.0", some)).toEqual(["0.2.0: In 0.2.0.", "0.3.0: "]);
  });

  test.each([
    [{ ...made("next") }, "version"],
    [{ ...made("1.0.0"), date: "today" }, "date"],
    [{ ...made("1.0.0"), fixes: [{ text: "a\nb" }] }, "fixes"],
    [{ ...made("1.0.0"), more: 1 }, "more"],
  ])("of another shape are a mistake of ours: %j", (data, place) => {
    expect(() => parseRelease(data)).toThrow(place);
  });
});
