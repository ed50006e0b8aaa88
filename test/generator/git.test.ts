import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { gitState, makeRepository } from "../../generators/app/git.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "git-"));
  vi.stubEnv("GIT_CONFIG_GLOBAL", join(folder, "gitconfig"));
  vi.stubEnv("GIT_CONFIG_SYSTEM", "/dev/null");
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
  writeFileSync(join(folder, "gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const git = (where: string, ...words: string[]) =>
  execFileSync("git", words, { cwd: where, encoding: "utf8" }).trim();

const project = () => {
  const path = join(folder, "project");
  mkdirSync(path);
  writeFileSync(join(path, "README.md"), "");
  writeFileSync(join(path, ".gitignore"), ".env\n");
  writeFileSync(join(path, ".env"), "SECRET=1");
  return path;
};

describe("gitState", () => {
  test("looks from the nearest folder that exists", async () => {
    expect(await gitState(join(folder, "a/b/c"))).toBe("ready");
    git(folder, "init", "--quiet");
    expect(await gitState(join(folder, "a/b/c"))).toBe("inside");
  });

  test("is not led astray by the variables of a git hook", async () => {
    git(folder, "init", "--quiet", "elsewhere");
    vi.stubEnv("GIT_DIR", join(folder, "elsewhere/.git"));
    vi.stubEnv("GIT_WORK_TREE", folder);
    expect(await gitState(join(folder, "a"))).toBe("ready");
  });

  test("says when there is no git", async () => {
    vi.stubEnv("PATH", folder);
    expect(await gitState(join(folder, "a"))).toBe("absent");
  });
});

describe("makeRepository", () => {
  test("commits everything that is not ignored, on main", async () => {
    const path = project();
    expect(await makeRepository(path, "Create project")).toEqual({ made: true });
    expect(git(path, "log", "--format=%s%n%an", "main")).toBe("Create project\nA");
    expect(git(path, "ls-files").split("\n")).toEqual([".gitignore", "README.md"]);
    expect(git(path, "status", "--porcelain")).toBe("");
  });

  test("on the branch that the user prefers", async () => {
    git(folder, "config", "--file", "gitconfig", "init.defaultBranch", "trunk");
    const path = project();
    await makeRepository(path, "Create project");
    expect(git(path, "branch", "--show-current")).toBe("trunk");
  });

  test("without an identity there is a repository and no commit", async () => {
    writeFileSync(join(folder, "gitconfig"), "");
    const path = project();
    expect(await makeRepository(path, "Create project")).toMatchObject({
      made: false,
      why: expect.stringContaining("user.email"),
    });
    expect(git(path, "rev-parse", "--is-inside-work-tree")).toBe("true");
    expect(git(path, "rev-list", "--all", "--count")).toBe("0");
  });

  test("a hook that refuses is no failure of ours", async () => {
    const hooks = join(folder, "hooks");
    mkdirSync(hooks);
    writeFileSync(join(hooks, "pre-commit"), "#!/bin/sh\necho not today\nexit 1\n", {
      mode: 0o755,
    });
    git(folder, "config", "--file", "gitconfig", "core.hooksPath", hooks);
    expect(await makeRepository(project(), "Create project")).toEqual({
      made: false,
      why: "not today",
    });
  });
});
