import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gitBlobHash } from "../../src/project/record.ts";
import { buildPackage, type Desk, makeDesk, readTree, runCli } from "./package.ts";

const SHARP = `-- it's "\${HOME}" $(id) \`id\` <%= it %> {{ x }} \\ #`;
const BARE = ["--yes", "--no-install", "--no-git"];

let built: ReturnType<typeof buildPackage>;
let desk: Desk;
beforeAll(() => {
  built = buildPackage();
});
afterAll(() => built.remove());
beforeEach(() => {
  desk = makeDesk();
});
afterEach(() => desk.remove());

const run = (args: readonly string[], more = {}) => {
  const result = runCli(built.cli, desk, args, more);
  expect([result.status, result.stderr]).toEqual([0, ""]);
  return result.stdout;
};
const path = (...parts: string[]) => join(desk.folder, ...parts);
const script = (name: string, body: string) => {
  mkdirSync(path(".bin"), { recursive: true });
  writeFileSync(path(".bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
};
const installer = (body: string) =>
  script("fixture-installer", `[ "$1" = --version ] && echo 1.0 && exit 0\n${body}`);
const git = (folder: string, ...words: string[]) =>
  spawnSync("git", words, { cwd: folder, env: desk.env, encoding: "utf8" }).stdout.trim();
const identify = () =>
  writeFileSync(path(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");

/** The lines below a heading of what the generator said last. */
const below = (said: string, heading: string): readonly string[] =>
  (said.split(`${heading}\n`)[1] ?? "")
    .split("\n\n", 1)[0]
    ?.split("\n")
    .filter((line) => line !== "")
    .map((line) => line.trim()) ?? [];

describe("--yes", () => {
  test("writes, installs and commits, and says so in a few lines", () => {
    identify();
    installer("touch .installed lock");
    const said = run(["my-api", "--yes"]);
    expect(said.split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(/^my-api: \d+ files \(FastAPI, .*\)\.$/),
      "fixture-installer sync",
      "The first commit is made.",
    ]);
    expect(below(said, "Next:")).toEqual([
      "cd my-api",
      "fixture-installer migrate",
      "fixture-installer serve",
    ]);
    expect(said).not.toContain("\u001B");
    const committed = git(path("my-api"), "ls-files").split("\n");
    expect(committed).toContain("lock");
    expect(committed).not.toContain(".env");
    expect(git(path("my-api"), "status", "--porcelain")).toBe("");
  });

  test("--no-install and --no-git do neither, and the way to install is told", () => {
    installer("touch .installed");
    const said = run(["my-api", ...BARE]);
    expect(readTree(path("my-api"))).not.toHaveProperty([".installed"]);
    expect(git(path("my-api"), "rev-parse", "--is-inside-work-tree")).toBe("");
    expect(below(said, "Next:")[1]).toBe("fixture-installer sync");
  });

  test("an installation that fails leaves a complete project and says how to go on", () => {
    identify();
    installer("echo cannot reach the index >&2; exit 7");
    const said = run(["my-api", "--yes"]);
    expect(said).toContain("fixture-installer sync failed:\n  cannot reach the index");
    expect(below(said, "Next:").slice(0, 2)).toEqual(["cd my-api", "fixture-installer sync"]);
    expect(git(path("my-api"), "rev-list", "--count", "HEAD")).toBe("1");
  });

  test("without the tool, it says what to install and run", () => {
    const said = run(["my-api", "--yes", "--no-git"]);
    expect(said).toContain("Not found: installer. Install the installer.");
    expect(below(said, "Next:")[1]).toBe("fixture-installer sync");
  });

  test("without an identity there is a repository and no commit", () => {
    expect(run(["my-api", "--yes"])).toContain("user.email");
    expect(git(path("my-api"), "rev-parse", "--is-inside-work-tree")).toBe("true");
  });

  test("inside a repository no other is made", () => {
    identify();
    git(desk.folder, "init", "--quiet");
    expect(run(["my-api", "--yes"])).toContain("in a git repository already");
    expect(git(path("my-api"), "rev-parse", "--show-toplevel")).toBe(desk.folder);
  });
});

test("goes on when nobody reads what it says", () => {
  const words = [process.execPath, built.cli, "my-api", ...BARE].join(" ");
  const { stderr } = spawnSync("sh", ["-c", `(${words}; echo $? >&2) | true`], {
    cwd: desk.folder,
    env: desk.env,
    encoding: "utf8",
  });
  expect(stderr).toBe("0\n");
  expect(readTree(path("my-api"))).toHaveProperty([".yo-rc.json"]);
});

describe("where the project goes", () => {
  test("into a folder with its name, when no directory is given", () => {
    run(["--name", "my-shop", ...BARE]);
    expect(readTree(path("my-shop"))["pyproject.toml"]).toContain('"my-shop"');
  });

  test("its name follows from the directory", () => {
    run(["deep/below/my-shop", ...BARE]);
    expect(readTree(path("deep/below/my-shop"))["pyproject.toml"]).toContain('"my-shop"');
  });

  test("the empty folder in which the user stands", () => {
    mkdirSync(path("my-shop"));
    const { ino } = statSync(path("my-shop"));
    const there = { ...desk, folder: path("my-shop") };
    const { status, stdout } = runCli(built.cli, there, [".", ...BARE]);
    expect(status).toBe(0);
    expect(below(stdout, "Next:")[0]).toBe("fixture-installer sync");
    expect(statSync(path("my-shop")).ino).toBe(ino);
    expect(readTree(path("my-shop"))["pyproject.toml"]).toContain('"my-shop"');
  });

  test("a file of the user's that Yeoman would read may be anything", () => {
    for (const file of ["package.json", ".yo-rc.json", ".yo-rc-global.json"]) {
      writeFileSync(path(file), "{ broken");
    }
    run(["my-shop", ...BARE]);
    expect(readFileSync(path(".yo-rc-global.json"), "utf8")).toBe("{ broken");
  });
});

describe("what is recorded", () => {
  test("the options, the version and the hash of each file, and no secret", () => {
    run(["my-api", ...BARE]);
    const tree = readTree(path("my-api"));
    const record = JSON.parse(tree[".yo-rc.json"] ?? "")["create-secure-api"];
    expect(record.version).toBe("9.9.9");
    expect(record.options).toMatchObject({ name: "my-api", stack: "fastapi", auth: "jwt" });
    const { ".yo-rc.json": _, ".env": environment = "", ...others } = tree;
    expect(record.files).toEqual(
      Object.fromEntries(
        Object.entries(others).map(([file, text]) => [file, gitBlobHash(Buffer.from(text))]),
      ),
    );
    const secret = environment.trim().replace("SECRET_KEY=", "");
    expect(secret).toMatch(/^[\w-]{48}$/);
    expect(tree[".yo-rc.json"]).not.toContain(secret);
    expect(readTree(desk.folder)).not.toHaveProperty([".yo-rc-global.json"]);
  });
});

describe("the command that makes the same project again", () => {
  test.each([
    [["my-api"]],
    [["./apis/my-api", "--environment", "production"]],
    [["my-api", `--description=${SHARP}`]],
    [["It is mine", "--name", "my-api"]],
  ])("%j: byte for byte, but for the secrets", (args) => {
    const again = below(run([...args, ...BARE]), "The same project again:")[0] ?? "";
    script("npx", `shift; exec '${process.execPath}' '${built.cli}' "$@"`);
    mkdirSync(path("elsewhere"));
    const { status, stderr } = spawnSync("sh", ["-c", again], {
      cwd: path("elsewhere"),
      env: desk.env,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const [first, second] = ["", "elsewhere"].map((where) => readTree(path(where, args[0] ?? "")));
    const { ".env": secrets, ...same } = first ?? {};
    const { ".env": others, ...sameAgain } = second ?? {};
    expect(sameAgain).toEqual(same);
    expect(others).not.toBe(secrets);
  });
});

test("a description is data, whatever is in it", () => {
  run(["my-api", `--description=${SHARP}`, ...BARE]);
  const tree = readTree(path("my-api"));
  expect(tree["pyproject.toml"]).toContain(`description = ${JSON.stringify(SHARP)}`);
  const record = JSON.parse(tree[".yo-rc.json"] ?? "")["create-secure-api"];
  expect(record.options.description).toBe(SHARP);
});
