import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { built, desk, runCli, useDesk } from "./package.ts";

useDesk();
const run = (args: readonly string[], more = {}) => runCli(built.cli, desk, args, more);

describe.each([["--help"], ["-h"], ["--version"], ["-v"]])("%s", (flag) => {
  test("loads nothing heavy, writes nothing and ends with 0", () => {
    const coverage = mkdtempSync(join(desk.folder, "coverage-"));
    const { status, stderr } = run([flag], { NODE_V8_COVERAGE: coverage });
    expect([status, stderr]).toEqual([0, ""]);
    const loaded = readdirSync(coverage)
      .flatMap((file) => JSON.parse(readFileSync(join(coverage, file), "utf8")).result)
      .map(({ url }: { url: string }) => url)
      .filter((url: string) => url.startsWith("file:"))
      .map((url: string) => fileURLToPath(url));
    expect(loaded).toContain(built.cli);
    const bytes = loaded.reduce((sum: number, path: string) => sum + statSync(path).size, 0);
    expect(bytes).toBeLessThan(40_000);
  });
});

test("--version prints the package's version alone", () => {
  expect(run(["--version"]).stdout).toBe("9.9.9\n");
});

test("--help names every option and choice", () => {
  const { stdout } = run(["--help"]);
  for (const option of catalogue) {
    expect(stdout).toContain(`--${option.id}`);
    for (const choice of option.kind === "choice" ? option.choices : []) {
      expect(stdout).toContain(choice.id);
    }
  }
});

test.each([
  ["a choice", ["--auth", "jwtt"], "Did you mean jwt?"],
  ["a beginning of a choice", ["--database=postgres"], "Did you mean postgresql?"],
  ["a flag", ["--databse", "sqlite"], "Did you mean --database?"],
  ["a switch", ["--no-instal"], "Did you mean --no-install?"],
  ["something else entirely", ["--orm", "hibernate"], "sqlalchemy"],
])("%s that is misspelt gets the nearest known one", (_, args, advice) => {
  const { status, stdout, stderr } = run(["my-x", "--yes", ...args]);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(advice);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(readdirSync(desk.folder)).toEqual([]);
});

test.each([
  ["a flag without its value", ["--orm"], "value is missing"],
  ["a flag whose value is another flag", ["--orm", "--no-git"], "--orm=--no-git"],
  ["a flag given twice", ["--orm", "sqlalchemy", "--orm=sqlalchemy"], "twice"],
  ["a switch with a value", ["--yes=no"], "no value"],
  ["two directories", ["my-y"], "2 directories"],
  [
    "choices that exclude each other",
    ["--environment", "production", "--database", "sqlite"],
    "refuses to start with SQLite",
  ],
])("%s is refused", (_, args, reason) => {
  const { status, stderr } = run(["my-x", "--yes", ...args]);
  expect(status).toBe(2);
  expect(stderr).toContain(reason);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(readdirSync(desk.folder)).toEqual([]);
});

test("every option's flag is taken", () => {
  const flags = ["--name", "abc", "--description", "D", "--environment", "staging"];
  const { status } = run([...flags, "--database", "sqlite", "--yes", "--no-install", "--no-git"]);
  expect(status).toBe(0);
  const record = JSON.parse(readFileSync(join(desk.folder, "abc/.yo-rc.json"), "utf8"));
  expect(record["create-secure-api"].options).toMatchObject({
    name: "abc",
    description: "D",
    environment: "staging",
    database: "sqlite",
  });
});
