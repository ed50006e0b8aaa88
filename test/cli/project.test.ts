import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gitBlobHash } from "../../src/project/record.ts";
import { built, desk, readTree, runCli, useDesk } from "./package.ts";

const SHARP = `-- it's "\${HOME}" $(id) \`id\` <%= it %> {{ x }} \\ #`;
const BARE = ["--yes", "--no-install", "--no-git"];

useDesk();

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

/** The commands among them, which are no numbered sentences. */
const commands = (said: string): readonly string[] =>
  below(said, "Next:").filter((line) => !/^\d+\. /.test(line));

/** A run that writes the project and cannot finish: what it said to each side. */
const runUnfinished = (args: readonly string[]) => {
  const { status, stdout, stderr } = runCli(built.cli, desk, args);
  expect(status).toBe(3);
  return { said: stdout, fault: stderr };
};

describe("--yes", () => {
  test("writes, installs and commits, and says so in a few lines", () => {
    identify();
    installer("touch .installed lock");
    const said = run(["my-api", "--yes"]);
    expect(said.split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(/^my-api: \d+ files \(FastAPI, .*\)\.$/),
      "fixture-installer sync",
      "The first commit was created.",
    ]);
    expect(below(said, "Next:")).toEqual([
      "1. Go to the new directory.",
      "cd my-api",
      "2. Make the tables.",
      "fixture-installer migrate",
      "3. Start the service.",
      "fixture-installer serve",
    ]);
    expect(below(said, "You need:")).toEqual(["The installer"]);
    expect(said).not.toContain("\u001B");
    const committed = git(path("my-api"), "ls-files").split("\n");
    expect(committed).toContain("lock");
    expect(committed).not.toContain(".env");
    expect(git(path("my-api"), "status", "--porcelain")).toBe("");
  });

  test("--no-install and --no-git do neither, and the way to install is told", () => {
    installer('touch ".$1"');
    const said = run(["my-api", ...BARE]);
    expect(readTree(path("my-api"))).not.toHaveProperty([".sync"]);
    expect(git(path("my-api"), "rev-parse", "--is-inside-work-tree")).toBe("");
    expect(commands(said).slice(0, 2)).toEqual(["cd my-api", "fixture-installer sync"]);
  });

  test("--no-install locks the versions, and the lock is committed", () => {
    identify();
    installer('touch "$1-was-run"');
    run(["my-api", "--yes", "--no-install"]);
    const committed = git(path("my-api"), "ls-files").split("\n");
    expect(committed).toContain("lock-was-run");
    expect(committed).not.toContain("sync-was-run");
  });

  test("versions that cannot be locked leave a complete project, and end with 3", () => {
    installer("echo cannot reach the index >&2; exit 7");
    const { said, fault } = runUnfinished(["my-api", ...BARE]);
    expect(fault).toContain("The versions of the dependencies were not locked.");
    expect(fault).toContain("fixture-installer lock failed:\n  cannot reach the index");
    expect(fault).toMatch(/Run:\n {2}cd my-api\n {2}fixture-installer lock\n$/);
    expect(commands(said).slice(0, 2)).toEqual(["cd my-api", "fixture-installer sync"]);
  });

  test("an installation that fails leaves a complete project, ends with 3 and says how to go on", () => {
    identify();
    installer("echo cannot reach the index >&2; exit 7");
    const { said, fault } = runUnfinished(["my-api", "--yes"]);
    expect(fault).toContain("The dependencies were not installed.");
    expect(fault).toContain("fixture-installer sync failed:\n  cannot reach the index");
    expect(fault).toMatch(/Run:\n {2}cd my-api\n {2}fixture-installer sync\n$/);
    expect(commands(said).slice(0, 2)).toEqual(["cd my-api", "fixture-installer sync"]);
    expect(git(path("my-api"), "rev-list", "--count", "HEAD")).toBe("1");
  });

  test("without the tool, it ends with 3 and says what to install and run", () => {
    const { said, fault } = runUnfinished(["my-api", "--yes", "--no-git"]);
    expect(fault).toContain("Not found: installer. Install the installer.");
    expect(commands(said)[1]).toBe("fixture-installer sync");
  });

  test("with a tool that does not work, it does not call it missing", () => {
    script("fixture-installer", "exit 5");
    const { fault } = runUnfinished(["my-api", "--yes", "--no-git"]);
    expect(fault).toContain("'fixture-installer' does not work (exit code 5).");
    expect(fault).not.toContain("Not found");
  });

  test("nothing is said of tools with --no-install", () => {
    expect(run(["my-api", ...BARE])).not.toContain("Not found");
  });

  test("without an identity there is a repository and no commit, and it ends with 3", () => {
    const { fault } = runUnfinished(["my-api", "--yes", "--no-install"]);
    expect(fault).toContain("The first commit was not created.");
    expect(fault).toContain("user.email");
    expect(fault).toMatch(/git commit --message 'Create my-api with create-secure-api 9.9.9'\n$/);
    expect(git(path("my-api"), "rev-parse", "--is-inside-work-tree")).toBe("true");
  });

  test("without git, it ends with 3", () => {
    const bin = path("only-node");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const { status, stderr } = runCli(built.cli, desk, ["my-api", "--yes", "--no-install"], {
      PATH: bin,
    });
    expect([status, stderr]).toEqual([3, expect.stringContaining("git was not found.")]);
  });

  test("what a hook says is told whole", () => {
    identify();
    script("pre-commit", "echo 'first fault'; echo 'second fault'; exit 1");
    git(desk.folder, "config", "--global", "core.hooksPath", path(".bin"));
    const { fault } = runUnfinished(["my-api", "--yes", "--no-install"]);
    expect(fault).toContain("  first fault\n  second fault\n");
  });

  test("inside a repository no other is made", () => {
    identify();
    git(desk.folder, "init", "--quiet");
    installer("touch .installed");
    expect(run(["my-api", "--yes"])).toContain("nothing was committed");
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

test("where nothing can be said, what was written is not called finished", () => {
  const full = openSync("/dev/full", "w");
  const words = [built.cli, "my-api", ...BARE];
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: desk.folder,
    env: desk.env,
    encoding: "utf8",
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  expect(stderr).toMatch(/^The output cannot be written \(ENOSPC.*\)\.\n$/);
  expect(status).toBe(3);
  expect(readTree(path("my-api"))).toHaveProperty([".yo-rc.json"]);
});

describe("where the project goes", () => {
  test("into a folder that begins with a hyphen", () => {
    const said = run(["--name=my-api", ...BARE, "--", "-rf"]);
    expect(readTree(path("-rf"))).toHaveProperty([".yo-rc.json"]);
    expect(commands(said)[0]).toBe("cd ./-rf");
    expect(below(said, "To create the same project again:")[0]).toContain(" ./-rf --name my-api ");
  });

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
    expect(commands(stdout)[0]).toBe("fixture-installer sync");
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
    const again = below(run([...args, ...BARE]), "To create the same project again:")[0] ?? "";
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
