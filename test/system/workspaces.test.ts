import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takenIn, workspacesAround } from "../../src/system/workspaces/workspaces.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "workspace-")));
  mkdirSync(join(folder, "services"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const around = () => workspacesAround(join(folder, "services/my-api"));

test.each([
  ["a list that names it", 'members = ["services/my-api"]', true],
  ["a pattern", "members = [\n  'libs/*',\n  'services/*',\n]", true],
  ["other folders", 'members = ["libs/*"]', false],
  ["a folder below", 'members = ["services"]', false],
  ["an exclusion", 'members = ["services/*"]\nexclude = ["services/my-api"]', false],
  ["nothing", "", false],
])("uv, with %s", (_, lists, isMember) => {
  const text = `[project]\nname = "root"\n\n[tool.uv.workspace]\n${lists}\n\n[tool.ruff]\nexclude = ["x"]\n`;
  writeFileSync(join(folder, "pyproject.toml"), text);
  expect(around()).toEqual([
    {
      manager: "uv",
      root: folder,
      manifest: "pyproject.toml",
      isMember,
      exclusion: `In ${folder}/pyproject.toml, below [tool.uv.workspace], write: exclude = ["services/my-api"]`,
    },
  ]);
});

test("npm, in either form", () => {
  const at = join(folder, "package.json");
  writeFileSync(at, '{"workspaces": ["services/*"]}');
  expect(around()).toMatchObject([{ manager: "npm", isMember: true }]);
  writeFileSync(at, '{"workspaces": {"packages": ["libs/**"]}}');
  expect(around()).toMatchObject([{ manager: "npm", isMember: false }]);
});

test.each([
  ["services/*-api", true],
  ["./services/my-???/", true],
  ["**/my-api", true],
  ["**", true],
  ["services**", true],
  ["services/my-api*", true],
  ["*", false],
  ["*/*/*", false],
  ["services?my-api", false],
  ["services/my-ap", false],
  ["services/my.api", false],
  ["services/(my|your)-api", false],
  [`${"*".repeat(34)}x`, false],
  [`${"**?".repeat(9)}x`, false],
  [`${"*".repeat(34)}i`, true],
])("a pattern %s is read as it is meant, and at once", { timeout: 5_000 }, (pattern, isMember) => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ workspaces: [pattern] }));
  expect(around()).toMatchObject([{ manager: "npm", isMember }]);
});

test("npm, with what it says to write so that a folder is no member", () => {
  const at = join(folder, "package.json");
  writeFileSync(at, '{"workspaces": ["services/*"]}');
  const [, word] = /write: ("[^"]+")$/.exec(around()[0]?.exclusion ?? "") ?? [];
  writeFileSync(at, `{"workspaces": ["services/*", ${word}]}`);
  expect(around()).toMatchObject([{ manager: "npm", isMember: false }]);
});

test("a workspace takes in what has its manifest", () => {
  writeFileSync(join(folder, "package.json"), '{"workspaces": ["services/*"]}');
  writeFileSync(join(folder, "pyproject.toml"), '[tool.uv.workspace]\nmembers = ["services/*"]\n');
  expect(takenIn(around(), (path) => path === "package.json")?.manager).toBe("npm");
  expect(takenIn(around(), (path) => path === "pyproject.toml")?.manager).toBe("uv");
  expect(takenIn(around(), () => false)).toBeUndefined();
});

test("a project that is no workspace, and files that cannot be read, make none", () => {
  writeFileSync(join(folder, "pyproject.toml"), '[project]\nname = "root"\n');
  writeFileSync(join(folder, "package.json"), "{ broken");
  expect(around()).toEqual([]);
});
