import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bareSecrets, gitState, makeRepository } from "../../src/system/git/git.ts";
import { openRepository } from "../../src/system/git/repository.ts";

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

/** Everything in a project is new, as it is where there was no folder before. */
const first = { written: new Set<string>(), before: new Set<string>() };

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
    expect(await gitState(join(folder, "a/b/c"))).toBe("none");
    git(folder, "init", "--quiet");
    expect(await gitState(join(folder, "a/b/c"))).toBe("inside");
  });

  test("is not led astray by the variables of a git hook", async () => {
    git(folder, "init", "--quiet", "elsewhere");
    vi.stubEnv("GIT_DIR", join(folder, "elsewhere/.git"));
    vi.stubEnv("GIT_WORK_TREE", folder);
    expect(await gitState(join(folder, "a"))).toBe("none");
  });

  test("does not take a repository that git refuses for none", async () => {
    git(folder, "init", "--quiet");
    vi.stubEnv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    await expect(gitState(join(folder, "a"))).rejects.toThrow(/dubious ownership.*safe\.directory/);
  });

  test("says when there is no git", async () => {
    vi.stubEnv("PATH", folder);
    expect(await gitState(join(folder, "a"))).toBe("absent");
  });
});

test("a repository whose path has a line end is refused, not misread", async () => {
  for (const name of ["a\nb", "a\n"]) {
    const place = join(folder, name);
    mkdirSync(place);
    git(place, "init", "--quiet");
    git(place, "commit", "--quiet", "--allow-empty", "--message=x");
    await expect(openRepository(place, ".")).rejects.toMatchObject({
      name: "UserError",
      what: "Its path has a line end, which git cannot tell.",
    });
  }
});

describe("makeRepository", () => {
  test("commits everything that is not ignored, on main", async () => {
    const path = project();
    expect(await makeRepository(path, "Create project", first)).toMatchObject({ made: true });
    expect(git(path, "log", "--format=%s%n%an", "main")).toBe("Create project\nA");
    expect(git(path, "ls-files").split("\n")).toEqual([".gitignore", "README.md"]);
    expect(git(path, "status", "--porcelain")).toBe("");
  });

  test("on the branch that the user prefers", async () => {
    git(folder, "config", "--file", "gitconfig", "init.defaultBranch", "trunk");
    const path = project();
    await makeRepository(path, "Create project", first);
    expect(git(path, "branch", "--show-current")).toBe("trunk");
  });

  test("without an identity there is a repository and no commit", async () => {
    writeFileSync(join(folder, "gitconfig"), "");
    const path = project();
    expect(await makeRepository(path, "Create project", first)).toMatchObject({
      made: false,
      why: expect.stringContaining("user.email"),
    });
    expect(git(path, "rev-parse", "--is-inside-work-tree")).toBe("true");
    expect(git(path, "rev-list", "--all", "--count")).toBe("0");
  });

  test("a hook that refuses is heard out", async () => {
    const hooks = join(folder, "hooks");
    mkdirSync(hooks);
    const body = '#!/bin/sh\nfor line in 1 2 3; do echo "$line. not today"; done\nexit 1\n';
    writeFileSync(join(hooks, "pre-commit"), body, { mode: 0o755 });
    git(folder, "config", "--file", "gitconfig", "core.hooksPath", hooks);
    expect(await makeRepository(project(), "Create project", first)).toEqual({
      made: false,
      why: "1. not today\n2. not today\n3. not today",
      remaining: [
        ["git", "add", "--all"],
        ["git", "commit", "--message", "Create project"],
      ],
    });
  });

  test("a repository without a commit gets its first one, with nothing that was there before", async () => {
    const path = project();
    git(path, "init", "--quiet", "--initial-branch=trunk");
    mkdirSync(join(path, "notes"));
    writeFileSync(join(path, "notes/diary.txt"), "");
    expect(await gitState(path)).toBe("unborn");
    const files = {
      written: new Set([".gitignore", "README.md"]),
      before: new Set(["notes", ".gitignore"]),
    };
    expect(await makeRepository(path, "Create project", files)).toMatchObject({ made: true });
    expect(git(path, "ls-files").split("\n")).toEqual([".gitignore", "README.md"]);
    expect(git(path, "branch", "--show-current")).toBe("trunk");
    expect(await gitState(path)).toBe("inside");
  });

  test("secrets that .gitignore does not name are not committed, and are told", async () => {
    const path = project();
    writeFileSync(join(path, ".gitignore"), "");
    mkdirSync(join(path, ".secrets"));
    for (const name of ["one", "two"]) writeFileSync(join(path, ".secrets", name), "abc");
    expect(await bareSecrets(path)).toEqual([]);
    await makeRepository(path, "Create project", first);
    expect(git(path, "ls-files").split("\n")).toEqual([".gitignore", "README.md"]);
    expect(await bareSecrets(path)).toEqual([".env", ".secrets/"]);
  });
});
