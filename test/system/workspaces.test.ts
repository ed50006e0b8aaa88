import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { workspacesAround } from "../../src/system/workspaces.ts";

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
  expect(around()).toEqual([{ manager: "uv", root: folder, path: "services/my-api", isMember }]);
});

test("npm, in either form", () => {
  const at = join(folder, "package.json");
  writeFileSync(at, '{"workspaces": ["services/*"]}');
  expect(around()).toMatchObject([{ manager: "npm", isMember: true }]);
  writeFileSync(at, '{"workspaces": {"packages": ["libs/**"]}}');
  expect(around()).toMatchObject([{ manager: "npm", isMember: false }]);
});

test("a project that is no workspace, and files that cannot be read, make none", () => {
  writeFileSync(join(folder, "pyproject.toml"), '[project]\nname = "root"\n');
  writeFileSync(join(folder, "package.json"), "{ broken");
  expect(around()).toEqual([]);
});
