import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { gitBlobHash } from "../../src/project/record.ts";
import { built, desk, readTree, runCli, useDesk } from "./package.ts";

const BARE = ["--no-install", "--no-git"];

useDesk();

const path = (...parts: string[]) => join(desk.folder, ...parts);
const run = (...args: readonly string[]) => runCli(built.cli, desk, args);
const json = (...args: readonly string[]) => {
  const { status, stdout, stderr } = run(...args, "--json");
  const [line, rest] = stdout.split("\n");
  expect(rest).toBe("");
  return { status, stderr, told: JSON.parse(line ?? "") };
};

describe("--json", () => {
  test("prints one object with what was made; everything else goes to stderr", () => {
    const { status, stderr, told } = json("my-api", ...BARE);
    expect(status).toBe(0);
    expect(stderr).toContain("my-api: ");
    expect(told).toMatchObject({ ok: true, exitCode: 0, dryRun: false, directory: path("my-api") });
    expect(told).toMatchObject({ installed: false, commit: null, warnings: [], unfinished: [] });
    const { ".env": _, ...tree } = readTree(path("my-api"));
    const hashes = Object.entries(tree).map(([file, text]) => [
      file,
      gitBlobHash(Buffer.from(text)),
    ]);
    const files: { path: string; state: string; hash?: string }[] = told.files;
    expect(Object.fromEntries(files.map((file) => [file.path, file.hash]))).toEqual({
      ...Object.fromEntries(hashes),
      ".env": undefined,
    });
    expect(new Set(files.map(({ state }) => state))).toEqual(new Set(["new"]));
    expect(told.next.flatMap(({ commands }: { commands: string[] }) => commands)).toEqual([
      "cd my-api",
      "fixture-installer sync",
      "fixture-installer migrate",
      "fixture-installer serve",
    ]);
    expect(told.again).toContain("npx create-secure-api@9.9.9 my-api ");
  });

  test("tells the hash of the first commit", () => {
    writeFileSync(path(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
    const { told } = json("my-api", "--no-install");
    const head = spawnSync("git", ["rev-parse", "HEAD"], { cwd: path("my-api"), encoding: "utf8" });
    expect(told.commit).toBe(head.stdout.trim());
  });

  test("tells what is not finished, and ends with 3", () => {
    const { status, told } = json("my-api", "--install", "--no-git");
    expect(status).toBe(3);
    expect(told).toMatchObject({ ok: false, exitCode: 3 });
    expect(told.unfinished).toEqual([expect.objectContaining({ run: ["fixture-installer sync"] })]);
  });

  test.each([
    ["a choice", ["my-api", "--auth=jwtt"], "option", "--auth"],
    ["a flag", ["my-api", "--databse=x"], "usage", "--databse"],
    ["a directory", ["", "--yes"], "usage", "''"],
    ["a file of answers", ["my-api", "--config=nowhere.yaml"], "config", "nowhere.yaml"],
  ])("tells a mistake in %s with code, field and hint", (_, args, code, field) => {
    const { status, told } = json(...args);
    expect(status).toBe(2);
    expect(told).toEqual({
      ok: false,
      exitCode: 2,
      error: { code, field, message: expect.any(String), hint: expect.any(String) },
    });
  });
});

test("--quiet says nothing when nothing went wrong", () => {
  expect(run("my-api", "--yes", "--quiet", ...BARE)).toMatchObject({
    status: 0,
    stdout: "",
    stderr: "",
  });
  const { status, stdout, stderr } = run("other-api", "--yes", "-q", "--no-git");
  expect([status, stdout]).toEqual([3, ""]);
  expect(stderr).toContain("fixture-installer sync");
});

describe("--dry-run", () => {
  test("makes nothing, not even a folder", () => {
    const { status, stdout } = run("deep/my-api", "--yes", "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toContain("  + app/database.py\n");
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  test("tells what is new, the same and in conflict", () => {
    run("my-api", "--yes", ...BARE);
    writeFileSync(path("my-api/README.md"), "mine");
    const before = readTree(path("my-api"));
    const { stdout } = run("my-api", "--yes", "--dry-run", "--description=Other");
    expect(stdout).toContain("  ! README.md\n");
    expect(stdout).toContain("  = app/database.py\n");
    expect(readTree(path("my-api"))).toEqual(before);
  });
});

describe("--config", () => {
  const answers = "name: my-api\nenvironment: staging\ndatabase: postgresql\n";

  test.each([
    ["YAML", "answers.yaml", answers],
    [
      "JSON",
      "answers.json",
      '{"name": "my-api", "environment": "staging", "database": "postgresql"}',
    ],
  ])("of %s makes what flags make", (_kind, file, text) => {
    writeFileSync(path(file), text);
    run("--config", file, "--yes", ...BARE);
    const flags = ["--name=my-api", "--environment=staging", "--database=postgresql"];
    run("same/my-api", ...flags, "--yes", ...BARE);
    const { ".env": _one, ...one } = readTree(path("my-api"));
    const { ".env": _other, ...other } = readTree(path("same/my-api"));
    expect(one).toEqual(other);
  });

  test("- is standard input, and a flag counts more", () => {
    const words = [built.cli, "--config", "-", "--database=sqlite", "--yes", ...BARE];
    const { status } = spawnSync(process.execPath, words, {
      cwd: desk.folder,
      env: desk.env,
      input: answers,
    });
    expect(status).toBe(0);
    expect(readFileSync(path("my-api/app/database.py"), "utf8")).toContain("sqlite");
  });

  test("names the file and the option of what cannot be used", () => {
    writeFileSync(path("answers.yaml"), "database: pg\n");
    const { status, stderr } = run("my-api", "--config=answers.yaml", "--yes");
    expect(status).toBe(2);
    expect(stderr).toContain("answers.yaml: database: ");
    expect(stderr).toContain("Did you mean postgresql?");
  });
});

test("schema prints the JSON Schema of a file of answers", () => {
  const { status, stdout } = run("schema");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
});

describe("a folder that is not empty", () => {
  const git = (...words: string[]) =>
    spawnSync("git", ["-C", path("my-api"), ...words], { env: desk.env, encoding: "utf8" }).stdout;

  /** As it comes from a hosting site: a repository with its first commit. */
  const clone = () => {
    mkdirSync(path("my-api"));
    writeFileSync(path(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
    git("init", "--quiet");
    for (const file of ["README.md", ".gitignore", "LICENSE"])
      writeFileSync(path("my-api", file), "x\n");
    git("add", "--all");
    git("commit", "--quiet", "--message=First");
  };

  test("with a license and an editor's folder alone is as good as empty", () => {
    mkdirSync(path("my-api/.idea"), { recursive: true });
    for (const file of ["LICENSE", ".DS_Store", ".idea/x.xml"])
      writeFileSync(path("my-api", file), "");
    expect(run("my-api", "--yes", ...BARE).status).toBe(0);
    expect(readTree(path("my-api"))).toHaveProperty([".idea/x.xml"]);
  });

  test("is refused when nobody said what becomes of its files", () => {
    clone();
    const { status, stderr } = run("my-api", "--yes", "--no-install");
    expect(status).toBe(2);
    expect(stderr).toContain("--existing keep or --existing replace");
    expect(readTree(path("my-api"))).not.toHaveProperty([".yo-rc.json"]);
  });

  test("--existing keep leaves every file that is there", () => {
    clone();
    const { status, told } = json("my-api", "--no-install", "--existing=keep");
    expect(status).toBe(0);
    expect(readTree(path("my-api"))["README.md"]).toBe("x\n");
    expect(told.warnings).toEqual([
      expect.stringContaining(".gitignore, README.md"),
      expect.stringContaining("nothing was committed"),
      expect.stringContaining(".gitignore does not name .env"),
    ]);
  });

  test("--existing replace takes the place of what git has", () => {
    clone();
    expect(run("my-api", "--yes", "--no-install", "--existing=replace").status).toBe(0);
    expect(readTree(path("my-api"))["README.md"]).not.toBe("x\n");
    expect(git("show", "HEAD:README.md")).toBe("x\n");
  });

  test("--existing replace takes nothing that git could not give back", () => {
    clone();
    writeFileSync(path("my-api/README.md"), "not committed\n");
    const { status, stderr } = run("my-api", "--yes", "--no-install", "--existing=replace");
    expect(status).toBe(2);
    expect(stderr).toContain("could not restore the files that would be replaced: README.md.");
    expect(readTree(path("my-api"))).not.toHaveProperty([".yo-rc.json"]);
    const twice = ["--existing=replace", "--existing=replace"];
    expect(run("my-api", "--yes", "--no-install", ...twice).status).toBe(0);
    expect(readTree(path("my-api"))["README.md"]).not.toBe("not committed\n");
  });

  test("a repository without a commit gets its first one", () => {
    mkdirSync(path("my-api"));
    writeFileSync(path(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
    git("init", "--quiet");
    writeFileSync(path("my-api/.gitignore"), "x\n");
    const { told } = json("my-api", "--no-install", "--existing=keep");
    expect(told.commit).toBe(git("rev-parse", "HEAD").trim());
    expect(git("ls-files")).not.toContain(".env");
    expect(told.warnings).toContainEqual(expect.stringContaining(".gitignore does not name .env"));
  });

  test("a uv workspace that would take it in is told, with the line that keeps it out", () => {
    writeFileSync(
      path("pyproject.toml"),
      '[project]\nname = "root"\n\n[tool.uv.workspace]\nmembers = ["services/*"]\n',
    );
    const { status, told } = json("services/my-api", "--install", "--no-git");
    expect(status).toBe(3);
    expect(told.warnings[0]).toContain('exclude = ["services/my-api"]');
    expect(told.unfinished[0].why).toContain(path("pyproject.toml"));
  });
});
