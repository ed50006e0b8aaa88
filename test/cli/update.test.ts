import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { built, desk, readTree, runCli, runInTerminal, useDesk } from "./package.ts";

// Each starts many programs.
vi.setConfig({ testTimeout: 120_000 });

useDesk();

/** The next version: another folder of the package, with other templates. */
let next: string;
let packed: string;

const templates = (folder: string) => join(folder, "templates/fastapi");

beforeAll(() => {
  const old = dirname(dirname(built.cli));
  packed = execFileSync("npm", ["pack", "--silent", old], { cwd: old, encoding: "utf8" }).trim();
  packed = join(old, packed);
  next = `${old}-next`;
  cpSync(old, next, { recursive: true });
  const manifest = join(next, "package.json");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace("9.9.9", "9.10.0"));
  const base = join(templates(next), "base");
  writeFileSync(join(base, "app/new.py"), "NEW = True\n");
  appendFileSync(join(base, "pyproject.toml.ejs"), 'version = "1"\n');
  mkdirSync(join(next, "advisories"));
  writeFileSync(join(next, "advisories/CSA-2099-001.json"), JSON.stringify(advisory));
  const readme = join(base, "README.md.ejs");
  writeFileSync(readme, `First line of the new version.\n${readFileSync(readme, "utf8")}`);
});
afterAll(() => rmSync(next, { recursive: true, force: true }));

const advisory = {
  id: "CSA-2099-001",
  title: "The service runs as root",
  severity: "high",
  published: "2099-01-01",
  stack: "fastapi",
  since: "9.0.0",
  fixedIn: "9.10.0",
  condition: "base",
  controls: [],
  description: "A fault.",
  action: "Mend it.",
  references: ["CWE-1"],
  edits: [{ file: "run.sh", text: "exec python", instead: "umask 077\nexec python" }],
};

const path = (...parts: string[]) => join(desk.folder, ...parts);
const git = (...words: string[]) =>
  execFileSync("git", words, { cwd: path("my-api"), env: desk.env, encoding: "utf8" });
const commit = () => {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "Work");
};
const edit = (file: string, text: string) => writeFileSync(path("my-api", file), text);

/** What each file of the project is, but for what git keeps. */
const tree = () => readTree(path("my-api"));

const update = (...args: readonly string[]) =>
  runCli(join(next, "dist/cli.cjs"), desk, ["update", "my-api", ...args]);
const json = (...args: readonly string[]) => JSON.parse(update("--json", ...args).stdout);

/** The tool of the stack, and any other program, on the path. */
const installer = (body: string) =>
  program("fixture-installer", `[ "$1" = --version ] && { echo 1.0; exit; }\n${body}`);
const program = (name: string, body: string) => {
  mkdirSync(path(".bin"), { recursive: true });
  writeFileSync(path(".bin", name), `#!/bin/sh\n${body}\n`);
  chmodSync(path(".bin", name), 0o755);
};

beforeEach(() => {
  writeFileSync(path(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
  installer('echo "$1" >> fixture.lock');
  const made = runCli(built.cli, desk, ["my-api", "--yes", "--no-install"]);
  expect(made.stderr).toBe("");
  expect(git("status", "--porcelain")).toBe("");
});

describe("update", () => {
  test("makes of an unedited project what a fresh one is, and locks its packages", () => {
    const secrets = readFileSync(path("my-api/.env"), "utf8");
    const { status, stdout, stderr } = update("--yes");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout.split("\n").slice(0, 7)).toEqual([
      "my-api: update from create-secure-api 9.9.9 to 9.10.0",
      "  updated  README.md",
      "  updated  pyproject.toml",
      "  added    app/new.py",
      expect.stringMatching(/^\d+ other files of ours untouched\.$/),
      "fixture-installer lock",
      "",
    ]);
    expect(stdout).toContain("fixture-installer check");
    const updated = tree();
    expect(updated["fixture.lock"]).toBe("lock\nlock\n");
    expect(updated[".env"]).toBe(secrets);
    runCli(join(next, "dist/cli.cjs"), desk, ["fresh/my-api", "--yes", "--no-install", "--no-git"]);
    const fresh = readTree(path("fresh/my-api"));
    const without = (files: Readonly<Record<string, string>>) => ({
      ...files,
      ".env": "",
      "fixture.lock": "",
    });
    expect(without(updated)).toEqual(without(fresh));
    expect(git("diff", "--cached", "--name-only")).toBe("");
    commit();
    expect(update("--yes")).toMatchObject({ status: 5, stderr: "" });
    expect(json()).toMatchObject({ ok: true, exitCode: 5, result: "nothing" });
  });

  test("what the system refuses is no bug, and nothing is written", () => {
    const before = tree();
    const words = ["update", "my-api", "--yes"];
    const nowhere = { TMPDIR: path("nowhere") };
    const { status, stderr } = runCli(join(next, "dist/cli.cjs"), desk, words, nowhere);
    expect(stderr).toMatch(/It cannot be read or written \(ENOENT: .*mkdtemp/);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(2);
    expect(tree()).toEqual(before);
  });

  test("--dry-run and --json say what would be, and write nothing", () => {
    edit("README.md", "Mine\n");
    commit();
    const before = tree();
    expect(update("--dry-run")).toMatchObject({ status: 4 });
    expect(json("--dry-run")).toMatchObject({
      ok: false,
      exitCode: 4,
      result: "conflicts",
      dryRun: true,
      from: "9.9.9",
      to: "9.10.0",
      files: expect.arrayContaining([
        { path: "README.md", state: "conflict" },
        { path: "app/new.py", state: "added" },
      ]),
    });
    expect(tree()).toEqual(before);
    expect(existsSync(path("my-api/.git/create-secure-api"))).toBe(false);
  });

  test("conflicts end with 4, and undo takes all of it back", () => {
    edit("README.md", "Mine\n");
    commit();
    const before = tree();
    const { status, stdout } = update("--yes");
    expect(status).toBe(4);
    expect(stdout).toContain("  conflict  README.md\n");
    expect(tree()["README.md"]).toContain("<<<<<<< yours\n");
    expect(tree()["README.md"]).toContain(">>>>>>> create-secure-api 9.10.0\n");
    appendFileSync(path("my-api/app/new.py"), "MINE = True\n");
    const undone = update("--undo");
    expect(undone.status).toBe(0);
    expect(undone.stdout).toMatch(/kept here:\n {2}.*\/app\/new\.py\n$/);
    expect(tree()).toEqual(before);
    expect(git("status", "--porcelain")).toBe("");
    expect(update("--undo")).toMatchObject({ status: 2 });
  });

  test.each([
    ["--dry-run"],
    ["--env"],
    ["--plan=plan.json"],
    ["--to=9.11.0"],
    ["--only=CSA-2099-001"],
    ["--package=old.tgz"],
  ])("undo is refused with %s, which it does not heed", (flag) => {
    expect(update("--yes").status).toBe(0);
    const before = tree();
    const { status, stderr } = update("--undo", flag);
    expect(status).toBe(2);
    expect(stderr).toContain(`${flag.replace(/=.*/, "")}: It has no meaning with --undo.`);
    expect(tree()).toEqual(before);
    expect(existsSync(path("plan.json"))).toBe(false);
  });

  test("a lock that fails ends with 3 and says what to run", () => {
    installer("echo cannot reach the index >&2; exit 7");
    const { status, stderr } = update("--yes");
    expect(status).toBe(3);
    expect(stderr).toContain("fixture-installer lock failed:\n  cannot reach the index");
    expect(stderr).toMatch(/Run:\n {2}cd my-api\n {2}fixture-installer lock\n$/);
    expect(tree()).toHaveProperty(["app/new.py"]);
  });

  test.each([
    ["locks", "fixture-installer", []],
    ["renders the old version", "npm", ["--package=old.tgz"]],
  ])("leaves no folder behind when it is interrupted while it %s", async (_name, tool, words) => {
    const temporary = path("temporary");
    mkdirSync(temporary);
    writeFileSync(path("old.tgz"), "");
    program(tool, `[ "$1" = --version ] && { echo 1.0; exit; }\ntouch "$HOME/begun"\nsleep 60`);
    const args = [join(next, "dist/cli.cjs"), "update", "my-api", "--yes", ...words];
    const env = { ...desk.env, TMPDIR: temporary };
    const child = spawn(process.execPath, args, { cwd: desk.folder, env });
    const ended = once(child, "exit");
    await vi.waitUntil(() => existsSync(path("begun")), { timeout: 30_000 });
    expect(readdirSync(temporary)).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await ended).toEqual([143, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("--no-install locks nothing", () => {
    const before = tree()["fixture.lock"];
    expect(update("--yes", "--no-install").status).toBe(0);
    expect(tree()["fixture.lock"]).toBe(before);
  });

  test("without a terminal it does not ask", () => {
    expect(update("--no-install")).toMatchObject({ status: 0 });
    expect(git("status", "--short")).toContain("README.md");
  });

  test("in a terminal it asks", { timeout: 60_000 }, async () => {
    const before = tree();
    const cli = join(next, "dist/cli.cjs");
    const words = ["update", "my-api", "--no-install"];
    const declined = await runInTerminal(cli, desk, words, [
      { after: "Write it?", type: "\u001B[B\r" },
    ]);
    expect(declined.output).toContain("Nothing was written");
    expect(tree()).toEqual(before);
    const { status } = await runInTerminal(cli, desk, words, [{ after: "Write it?", type: "\r" }]);
    expect(status).toBe(0);
    expect(tree()).toHaveProperty(["app/new.py"]);
  });

  test.each([
    ["what is no project", () => rmSync(path("my-api/.yo-rc.json")), "no project"],
    [
      "an edited record",
      () => edit(".yo-rc.json", tree()[".yo-rc.json"]?.replace("my-api", "x") ?? ""),
      "edited",
    ],
    ["changes that are not committed", () => edit("README.md", "x"), "not committed: README.md"],
  ])("refuses %s", (_name, spoil, what) => {
    spoil();
    const before = tree();
    const { status, stderr } = update("--yes");
    expect(status).toBe(2);
    expect(stderr).toContain(what);
    expect(tree()).toEqual(before);
    expect(json("--dry-run")).toMatchObject({ ok: false, exitCode: 2 });
  });
});

describe("--to", () => {
  test("lets another version do it", () => {
    program("npx", 'echo "$@"; exit 4');
    const { status, stdout } = update("--to", "9.11.0", "--yes", "--dry-run");
    expect(stdout).toBe("--yes create-secure-api@9.11.0 update my-api --dry-run --yes\n");
    expect(status).toBe(4);
    expect(update("--to", "9.10.0", "--dry-run").stdout).toContain("to 9.10.0");
  });

  test.each([1, 145])("is refused where npx cannot run it, and ends with %i", (code) => {
    program("npx", `echo "npm error code E404\nnpm error 404 Not Found" >&2; exit ${code}`);
    const { status, stderr } = update("--to=9.11.0");
    expect(status).toBe(2);
    expect(stderr).toContain("--to: Version 9.11.0 cannot be run (npm error 404 Not Found).");
    expect(json("--to=9.11.0")).toMatchObject({
      ok: false,
      exitCode: 2,
      error: { code: "usage" },
    });
  });

  test("tells a bug of the other version as that", () => {
    program("npx", '[ "$3" = --version ] || { echo said; exit 1; }');
    expect(update("--to=9.11.0")).toMatchObject({ status: 1, stdout: "said\n", stderr: "" });
  });

  test("hands on what is to be written", () => {
    program("npx", 'echo "$@"');
    const words = ["--to=9.11.0", "--env", "--only=CSA-2099-001", "--only=CSA-2099-002"];
    expect(update(...words).stdout).toBe(
      "--yes create-secure-api@9.11.0 update my-api --env --only=CSA-2099-001,CSA-2099-002\n",
    );
  });

  test("refuses what is no version, and one that is older than the project", () => {
    expect(update("--to", "latest")).toMatchObject({ status: 2 });
    const { status, stderr } = update("--to", "9.0.0");
    expect(status).toBe(2);
    expect(stderr).toContain("from 9.9.9, which is newer than 9.0.0");
  });
});

describe("what was rendered then", () => {
  /** The same project, of which git knows no more than how it is today. */
  const forget = () => {
    edit("README.md", `${tree()["README.md"]}Last line, mine.\n`);
    rmSync(path("my-api/.git"), { recursive: true });
    git("init", "--quiet");
    commit();
  };

  test("is rendered again by a packed file of the old version", () => {
    forget();
    expect(json("--package", packed)).toMatchObject({
      warnings: [],
      files: expect.arrayContaining([{ path: "README.md", state: "merged" }]),
    });
    expect(tree()["README.md"]).toMatch(/^First line of the new version\.\n/);
    expect(tree()["README.md"]).toMatch(/Last line, mine\.\n$/);
  });

  test("is asked of the registry, and left alone where that does not answer", () => {
    program("npm", 'echo "$@" >> "$HOME/npm.txt"; echo "npm error cannot be reached" >&2; exit 1');
    expect(json("--dry-run").warnings).toEqual([]);
    expect(existsSync(path("npm.txt"))).toBe(false);
    forget();
    const said = json();
    expect(said.warnings).toEqual([
      expect.stringContaining("npm error cannot be reached"),
      expect.stringContaining("README.md"),
    ]);
    expect(said.files).toContainEqual({ path: "README.md", state: "left-alone", why: "no-base" });
    expect(readFileSync(path("npm.txt"), "utf8")).toContain("create-secure-api@9.9.9");
    expect(tree()["README.md"]).not.toContain("First line of the new version");
    expect(tree()).toHaveProperty(["app/new.py"]);
  });

  test.each([
    [
      "error",
      "code ETARGET\nerror notarget No matching version found for create-secure-api@9.9.9.\nerror notarget In most cases",
      "npm error notarget No matching version found for create-secure-api@9.9.9.",
    ],
    [
      "ERR!",
      "code EACCES\nERR! syscall mkdir\nERR! path /x\nERR! errno -13\nERR! Error: EACCES, mkdir /x",
      "npm ERR! Error: EACCES, mkdir /x",
    ],
  ])("npm's reason is told, and not what it says around it (%s)", (word, lines, reason) => {
    forget();
    const log = "\nerror\nerror A complete log of this run can be found in: /x.log";
    const said = `${word} ${lines}${log.replaceAll("error", word)}`.replace(/^/gm, "npm ");
    program("npm", `cat >&2 <<'END'\nnpm warn old is deprecated\n${said}\nEND\nexit 1`);
    expect(json("--dry-run").warnings[0]).toContain(
      `could not render its files again (${reason}).`,
    );
  });

  test("a version that renders nothing is told by its own first words", () => {
    forget();
    const said = "my-api: It is wrong.\n  Mend it.\n";
    const file = pack("create-secure-api", "9.9.9", `console.error(${JSON.stringify(said)})`);
    expect(update("--package", file).stderr).toContain("again (my-api: It is wrong.).");
  });

  /** A packed file of another package. */
  const pack = (name: string, version: string, code = "") => {
    const folder = path(`${name}-${version}`);
    mkdirSync(join(folder, "dist"), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version }));
    writeFileSync(join(folder, "dist/cli.cjs"), code);
    const words = ["pack", "--silent", "--pack-destination", desk.folder, folder];
    return execFileSync("npm", words, { cwd: folder, encoding: "utf8" }).trim();
  };

  test.each([
    ["no file", () => "none.tgz", "There is no such file."],
    [
      "no package",
      () => {
        writeFileSync(path("junk.tgz"), "x");
        return "junk.tgz";
      },
      "It could not render the project again (",
    ],
    ["another package", () => pack("other", "9.9.9"), "it is no package of create-secure-api)."],
    ["another version", () => pack("create-secure-api", "9.8.0"), "it is version 9.8.0)."],
    ["no generator", () => pack("create-secure-api", "9.9.9"), "it has written nothing)."],
  ])("is not taken from a packed file that is %s, needed or not", (_name, make, what) => {
    const file = make();
    const refused = () => {
      const before = tree();
      const { status, stderr } = update("--yes", "--package", file);
      expect(stderr).toContain(`${file}: `);
      expect(stderr).toContain(what);
      expect(stderr).toContain("npm pack create-secure-api@9.9.9");
      expect(status).toBe(2);
      expect(tree()).toEqual(before);
      expect(json("--package", file)).toMatchObject({ exitCode: 2, error: { code: "usage" } });
    };
    refused();
    forget();
    refused();
  });
});

describe("--plan and apply", () => {
  const apply = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(next, "dist/cli.cjs"), "apply", "plan.json", ...args], {
      cwd: desk.folder,
      env: desk.env,
      encoding: "utf8",
    });

  test("do the same as an update does", () => {
    const before = tree();
    const { status } = update("--plan", "plan.json");
    expect(status).toBe(0);
    expect(tree()).toEqual(before);
    expect(readdirSync(desk.folder)).toContain("plan.json");
    expect(update("--plan", "plan.json").status).toBe(0);
    expect(apply()).toMatchObject({ status: 0, stderr: "" });
    const applied = tree();
    update("--undo");
    expect(tree()).toEqual(before);
    update("--yes");
    expect(tree()).toEqual(applied);
  });

  test("a plan of a directory with control characters is not made", () => {
    const folder = path("my\tapi");
    cpSync(path("my-api"), folder, { recursive: true });
    const cli = join(next, "dist/cli.cjs");
    const { status, stderr } = runCli(cli, desk, ["update", "my\tapi", "--plan=plan.json"]);
    expect(stderr).toContain("my\\u{9}api: It has control characters.");
    expect(status).toBe(2);
    expect(existsSync(path("plan.json"))).toBe(false);
    expect(runCli(cli, desk, ["update", "my\tapi", "--dry-run"]).status).toBe(0);
  });

  test("a plan is refused when it was edited, or the project has gone on", () => {
    update("--plan", "plan.json");
    const plan = readFileSync(path("plan.json"), "utf8");
    writeFileSync(path("plan.json"), plan.replace('"write"', '"delete"'));
    expect(apply().stderr).toContain("edited since");
    writeFileSync(path("plan.json"), plan);
    edit("README.md", "Mine\n");
    commit();
    const before = tree();
    expect(apply()).toMatchObject({ status: 2 });
    expect(apply().stderr).toContain("other commits");
    expect(tree()).toEqual(before);
  });
});

describe("--only", () => {
  test("applies the fix of an advisory and nothing else", () => {
    const { "README.md": readme } = tree();
    const { status, stdout } = update("--only", "CSA-2099-001", "--yes");
    expect(stdout).toContain("my-api: fix of CSA-2099-001\n  updated  run.sh\n");
    expect(status).toBe(0);
    expect(tree()["run.sh"]).toContain("umask 077");
    expect(tree()["README.md"]).toBe(readme);
    expect(tree()[".yo-rc.json"]).toContain('"version": "9.9.9"');
    update("--undo");
    expect(update("--only", "CSA-2099-001", "--plan", "plan.json").status).toBe(0);
    const applied = runCli(join(next, "dist/cli.cjs"), desk, ["apply", "plan.json"]);
    expect(applied).toMatchObject({ status: 0, stderr: "" });
    expect(tree()["run.sh"]).toContain("umask 077");
    commit();
    expect(update("--only", "CSA-2099-001", "--yes").status).toBe(5);
    expect(update("--yes").status).toBe(0);
    commit();
    const { stderr } = update("--only", "CSA-2099-001", "--yes");
    expect(stderr).toContain("is fixed in 9.10.0, and the project is from 9.10.0");
  });

  test("refuses an advisory that there is not", () => {
    const { status, stderr } = update("--only", "CSA-2099-002", "--yes");
    expect(status).toBe(2);
    expect(stderr).toContain("CSA-2099-001");
  });
});
