import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parsePlan } from "../../src/project/parse-plan.ts";
import { planText, sealed } from "../../src/project/plan-file.ts";
import { built, desk, readTree, runCli, useDesk } from "./package.ts";

const BARE = ["--no-install", "--no-git"];
const ANSWERS = ["--environment=staging", "--database=postgresql", "--description=Orders"];

useDesk();

const path = (...parts: string[]) => join(desk.folder, ...parts);
const read = (file: string) => readFileSync(path(file), "utf8");
const run = (...args: readonly string[]) => runCli(built.cli, desk, args);
const plan = (...args: readonly string[]) => {
  const ran = run("my-api", "--yes", "--plan=plan.json", ...ANSWERS, ...args);
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
  return JSON.parse(read("plan.json"));
};
const apply = (...args: readonly string[]) => run("apply", "plan.json", ...BARE, ...args);
/** The plan with something else in it, and again as if it had been written so. */
const reseal = (change: object) => {
  const { plan: _form, sha256: _old, ...content } = parsePlan(read("plan.json"), "", "9.9.9");
  writeFileSync(path("plan.json"), planText(sealed({ ...content, ...change })));
};
/** What is made of a folder, but for the secrets, which are new each time. */
const treeOf = (folder: string) => {
  const { ".env": secrets, ...tree } = readTree(path(folder));
  expect(secrets).toMatch(/SECRET_KEY=\S+/);
  return tree;
};
const refused = (pattern: RegExp | string, ...args: readonly string[]) => {
  const before = readTree(desk.folder);
  const { status, stderr } = apply(...args);
  expect(stderr).toMatch(pattern);
  expect(status).toBe(2);
  expect(readTree(desk.folder)).toEqual(before);
};

describe("--plan", () => {
  test("writes the plan and nothing else, and no secret", () => {
    const planned = plan();
    expect(readdirSync(desk.folder)).toEqual(["plan.json"]);
    expect(planned).toMatchObject({
      plan: 1,
      generator: "9.9.9",
      directory: "my-api",
      options: { name: "my-api", database: "postgresql", description: "Orders" },
      dependencies: { runtime: [expect.stringMatching(/^fastapi==/)] },
    });
    expect(Object.keys(planned.layers)).toEqual(["base", "database=postgresql"]);
    const env = planned.files.find((file: { path: string }) => file.path === ".env");
    expect(env).toEqual({ path: ".env", does: "write", mode: "600" });
  });

  test("is the same bytes each time, with a line for each file", () => {
    plan();
    const first = read("plan.json");
    plan();
    expect(read("plan.json")).toBe(first);
    expect(first.match(/^ {4}\{"path":"README\.md".*\},?$/gm)).toHaveLength(1);
  });

  test("takes the place of a plan, and of no other file", () => {
    writeFileSync(path("plan.json"), "{}");
    const { status, stderr } = run("my-api", "--yes", "--plan=plan.json");
    expect(status).toBe(2);
    expect(stderr).toContain("Another file already exists.");
    expect(read("plan.json")).toBe("{}");
    expect(run("my-api", "--yes", "--plan=deep/plan.json").stderr).toContain("no such folder");
    expect(run("my-api", "--yes", `--plan=${"x".repeat(300)}`)).toMatchObject({ status: 2 });
    for (const command of [["my-api", "--yes"], ["update"], ["change", "--auth=opaque"]]) {
      const dashed = run(...command, "--plan=-");
      expect(dashed.stderr).toContain("A plan is a file.");
      expect(dashed.status).toBe(2);
    }
    expect(readdirSync(desk.folder)).toEqual(["plan.json"]);
  });

  test.each(["a\nb", "a\u001b[2Jb", "a\u2028b", "a\u202eb"])(
    "refuses a directory that is %j",
    (directory) => {
      for (const more of [["--plan=plan.json"], BARE]) {
        const { status, stderr } = run(directory, "--name=my-api", "--yes", ...more);
        expect(stderr).toMatch(
          /^a\\u\{\w+\}.*b: It has control characters\.\n {2}Give a directory/,
        );
        expect(status).toBe(2);
      }
      expect(readdirSync(desk.folder)).toEqual([]);
    },
  );

  test("makes no plan in a dry run", () => {
    const { status, stdout } = run("my-api", "--yes", "--plan=plan.json", "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toContain("Nothing was written.");
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  test("tells with --json which file it wrote and what would be written", () => {
    const { status, stdout } = run("my-api", "--json", "--plan=plan.json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, dryRun: true, plan: "plan.json" });
    expect(readdirSync(desk.folder)).toEqual(["plan.json"]);
  });
});

describe("apply", () => {
  test("writes what flags and a file of answers write, to the byte", () => {
    plan();
    expect(apply("planned/my-api").status).toBe(0);
    run("flags/my-api", "--yes", ...ANSWERS, ...BARE);
    writeFileSync(
      path("answers.yaml"),
      "environment: staging\ndatabase: postgresql\ndescription: Orders\n",
    );
    run("config/my-api", "--yes", "--config=answers.yaml", ...BARE);
    const byPlan = treeOf("planned/my-api");
    expect(byPlan).toHaveProperty([".yo-rc.json"]);
    expect(treeOf("flags/my-api")).toEqual(byPlan);
    expect(treeOf("config/my-api")).toEqual(byPlan);
  });

  test("takes the directory of the plan where none is given, and installs and commits", () => {
    writeFileSync(path(".gitconfig"), "[user]\nname = A\nemail = a@example.com\n");
    plan();
    const { status, stdout } = run("apply", "plan.json", "--no-install", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ directory: path("my-api"), plan: null });
    expect(JSON.parse(stdout).commit).toMatch(/^[0-9a-f]{40}$/);
  });

  test.each([
    ["emoji that are joined", "\u{1F469}\u200D\u{1F4BB}"],
    ["letters that are kept apart", "\u0646\u200C\u0647"],
  ])("takes a directory with %s", (_, directory) => {
    const { status } = run(directory, "--name=my-api", "--yes", "--plan=plan.json");
    expect(status).toBe(0);
    expect(apply()).toMatchObject({ status: 0, stderr: "" });
    expect(treeOf(directory)).toHaveProperty(["README.md"]);
  });

  test("reads the plan from standard input", () => {
    plan();
    const words = [built.cli, "apply", "-", ...BARE];
    const options = { cwd: desk.folder, env: desk.env, input: read("plan.json") };
    expect(spawnSync(process.execPath, words, options).status).toBe(0);
    expect(treeOf("my-api")).toHaveProperty(["README.md"]);
  });

  test("in a dry run looks at everything and makes nothing", () => {
    plan();
    expect(apply("--dry-run")).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(desk.folder)).toEqual(["plan.json"]);
    mkdirSync(path("my-api"));
    writeFileSync(path("my-api/README.md"), "mine");
    refused("README.md already exists", "--dry-run");
  });

  test.each([
    ["an answer", '"postgresql"', '"sqlite"'],
    ["a version", '"9.9.9"', '"9.9.8"'],
    ["a file's hash", /"hash":"...../, '"hash":"00000'],
    ["its layout", '"plan": 1', '"plan":1'],
    ["an answer twice", '"options": {', '"options": {\n    "database": "sqlite",'],
  ])("refuses a plan with %s edited", (_, from, to) => {
    plan();
    const edited = read("plan.json").replace(from, to);
    expect(edited).not.toBe(read("plan.json"));
    writeFileSync(path("plan.json"), edited);
    refused("This plan has been edited");
  });

  test("takes a plan whose line ends git has changed", () => {
    plan();
    writeFileSync(path("plan.json"), read("plan.json").replaceAll("\n", "\r\n"));
    expect(apply().status).toBe(0);
  });

  test.each([
    ["no plan", "{}", "This is no plan"],
    ["no JSON", "x", "This is no plan"],
    ["a list", "[]", "This is no plan"],
    ["another form", '{"plan": 2}', "a plan of form 2; this version reads form 1"],
  ])("refuses %s", (_, text, message) => {
    writeFileSync(path("plan.json"), text);
    refused(message);
  });

  test("refuses a plan without letting it move the terminal", () => {
    const planned = plan();
    reseal({ layers: { ...planned.layers, "\u001b[2J": "0".repeat(64) } });
    const { status, stderr } = apply();
    expect(status).toBe(2);
    expect(stderr).toContain("The layer \\u{1b}[2J is not there any more.");
    reseal({ directory: "\u001b[2J" });
    refused("This plan has been edited");
  });

  test("refuses the plan of another version", () => {
    plan();
    reseal({ generator: "9.9.8" });
    refused("made by create-secure-api 9.9.8; this is 9.9.9");
  });

  test("refuses hashes that are not those of today's layers and files", () => {
    const planned = plan();
    reseal({ layers: { ...planned.layers, base: "0".repeat(64), old: "0".repeat(64) } });
    refused("The layer base is another one. The layer old is not there any more.");
    plan();
    reseal({ dependencies: { runtime: ["fastapi==0.1"] } });
    refused("The packages of the group runtime is another one.");
    plan();
    reseal({ files: planned.files.slice(1) });
    refused(`The file ${planned.files[0].path} is new.`);
  });

  test("refuses when a template has changed since", () => {
    plan();
    const template = join(dirname(built.cli), "../templates/fastapi/base/run.sh");
    const before = readFileSync(template);
    appendFileSync(template, "# more\n");
    refused("The layer base is another one.");
    writeFileSync(template, before);
    expect(apply().status).toBe(0);
  });

  test("decides everything: an answer beside it is refused", () => {
    plan();
    for (const flag of ["--database=sqlite", "--name=other", "--config=x.yaml", "--plan=y.json"]) {
      refused("The plan that is applied decides that.", flag);
    }
  });
});

describe("in a folder that is not empty", () => {
  beforeEach(() => {
    mkdirSync(path("my-api"));
    for (const file of ["README.md", "notes.txt"]) writeFileSync(path("my-api", file), "mine\n");
  });

  test("is made with --existing, says what becomes of each file, and is followed", () => {
    const planned = plan("--existing=keep");
    expect(planned.found).toEqual(["notes.txt"]);
    expect(planned.files).toContainEqual(
      expect.objectContaining({ path: "README.md", does: "keep", before: expect.any(String) }),
    );
    expect(apply().status).toBe(0);
    expect(read("my-api/README.md")).toBe("mine\n");
  });

  test("replaces what the plan replaces", () => {
    plan("--existing=replace", "--existing=replace");
    refused("The plan replaces README.md; --existing keeps it.", "--existing=keep");
    expect(apply().status).toBe(0);
    expect(read("my-api/README.md")).not.toBe("mine\n");
  });

  test("refuses without --existing, as a run does", () => {
    const { status, stderr } = run("my-api", "--yes", "--plan=plan.json");
    expect(status).toBe(2);
    expect(stderr).toContain("not empty");
    expect(readdirSync(desk.folder)).toEqual(["my-api"]);
  });

  test.each([
    ["changed", "README.md has been changed.", () => writeFileSync(path("my-api/README.md"), "x")],
    ["gone", "README.md is not there any more.", () => rmSync(path("my-api/README.md"))],
    [
      "new",
      "more.txt was not there when it was planned.",
      () => writeFileSync(path("my-api/more.txt"), ""),
    ],
    ["in the way", "run.sh already exists.", () => writeFileSync(path("my-api/run.sh"), "")],
    [
      "no more beside it",
      "notes.txt is not there any more.",
      () => rmSync(path("my-api/notes.txt")),
    ],
  ])("refuses when a file is %s", (_, message, change) => {
    plan("--existing=keep");
    change();
    refused(message);
  });

  test("a plan that lies in the folder itself is no change of it", () => {
    const words = ["my-api", "--yes", "--plan=my-api/plan.json", "--existing=keep"];
    expect(run(...words).status).toBe(0);
    const { status, stderr } = run("apply", "my-api/plan.json", ...BARE);
    expect([status, stderr]).toEqual([0, ""]);
  });
});
