import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Selection } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import type { PlannedMutant } from "../../src/proofs/mutants.ts";
import { prove } from "../../src/proofs/prove.ts";
import { missingProof } from "../../src/render/proofs.ts";
import { filesOf } from "../../src/system/proving/copies.ts";
import { readProofs } from "../../src/system/proving/mutants.ts";
import { openWorkers } from "../../src/system/proving/workers.ts";
import { cellOf } from "../fixtures/matrix.ts";
import { withNode } from "./fastify.ts";
import { harnessOf } from "./harness.ts";
import { makeProject, type Project, type Variables } from "./project.ts";

const root = packageRoot();
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Renders and installs a project, with its record. */
const installed = async (chosen: Selection): Promise<Project> => {
  const project = makeProject(chosen);
  const { missing, install } = harnessOf(project.selection);
  const reason = await missing();
  if (reason !== undefined) throw new Error(reason);
  const { planned, project: files } = cellOf(project.selection);
  const record = recordFile(projectRecord(version, planned.options, files));
  writeFileSync(join(project.folder, record.path), record.content);
  await install(project);
  return project;
};

let project: Project;
beforeAll(async () => {
  project = await installed({});
  await execa("node", ["scripts/build.mjs", "--quiet"], { cwd: root });
}, 10 * 60_000);
afterAll(() => project.remove());

const cliIn = (place: Project, variables: Variables, ...words: readonly string[]) =>
  execa("node", [join(root, "dist/cli.cjs"), "prove", ...words], {
    cwd: place.folder,
    env: place.environment(variables),
    extendEnv: false,
    reject: false,
  });

const cli = (...words: readonly string[]) => cliIn(project, {}, ...words);

describe("a project of the defaults", () => {
  test("kills every mutant of every control", { timeout: 30 * 60_000 }, async () => {
    const { stdout, exitCode } = await cli("--json");
    const { mutants, counts } = JSON.parse(stdout);
    const rest = mutants.filter(({ result }: { result: string }) => result !== "killed");
    expect(rest).toEqual([]);
    expect(exitCode).toBe(0);
    expect(counts.killed).toBeGreaterThan(150);
  });

  test("whose test is gone, and whose code was edited, is told where", async () => {
    const api = join(project.folder, "app/notes/service.py");
    const before = readFileSync(api, "utf8");
    try {
      writeFileSync(api, before.replaceAll("owner_id", "of_owner"));
      const { stdout, exitCode } = await cli("--json", "--control", "ownership");
      const { counts, mutants } = JSON.parse(stdout);
      expect(counts.stale).toBeGreaterThan(0);
      const [stale] = mutants.filter(({ result }: { result: string }) => result === "stale");
      expect(stale.why).toContain("app/notes/service.py");
      expect(exitCode).not.toBe(2);
    } finally {
      writeFileSync(api, before);
    }
  });

  test("writes evidence, which is compared with older evidence", async () => {
    const run = ["--control", "closed-by-default", "--evidence", "evidence"];
    expect(await cli(...run)).toMatchObject({ exitCode: 0 });
    const json = join(project.folder, "evidence/security-evidence.json");
    const evidence = JSON.parse(readFileSync(json, "utf8"));
    expect(evidence).toMatchObject({ scope: "some", controls: [{ id: "closed-by-default" }] });
    expect(evidence.versions).toHaveProperty("fastapi");
    expect(await cli("--compare", json, json)).toMatchObject({ exitCode: 0 });
    const old = join(project.folder, "evidence/old.json");
    const more = { ...evidence.controls[0].mutants[0], id: "more" };
    const [control] = evidence.controls;
    const better = { ...control, mutants: [...control.mutants, more] };
    writeFileSync(old, JSON.stringify({ ...evidence, controls: [better] }));
    const compared = await cli("--compare", old, json);
    expect(compared).toMatchObject({ exitCode: 1 });
    expect(compared.stdout).toContain("closed-by-default: its mutant more is gone");
  });
});

const FILES: Readonly<Record<string, string>> = {
  "app/__init__.py": "",
  "app/door.py": [
    "import os",
    "",
    "LOCKED = True",
    "def may_enter(key: str) -> bool:",
    "    return not LOCKED or key == 'right'",
    "def keys() -> list[str]:",
    "    return ['right']",
    "",
  ].join("\n"),
  "app/window.py": "OPEN = False\n",
  "app/found.py":
    "from importlib import import_module\nwindow = import_module('.'.join(['app', 'window']))\n",
  "app/hall.py": "from app.door import LOCKED as CLOSED\n",
  "tests/__init__.py": "",
  "tests/test_door.py": [
    "import sys",
    "import time",
    "import pytest",
    "from structlog import PrintLogger",
    "from app import door, found, hall",
    "SAYING = PrintLogger(sys.stdout)",
    "@pytest.fixture",
    "def key():",
    "    return door.keys()[0]",
    "def test_closed():",
    "    assert not door.may_enter('wrong')",
    "def test_opens(key):",
    "    assert door.may_enter(key)",
    "def test_skipped():",
    "    pytest.skip('no door here')",
    "def test_red():",
    "    assert door.may_enter('wrong')",
    "def test_hall():",
    "    assert hall.CLOSED",
    "def test_window():",
    "    assert not found.window.OPEN",
    "def test_says(capsys):",
    "    SAYING.info('closed')",
    "    assert capsys.readouterr().out == 'closed\\n'",
    "def test_waits():",
    "    while not door.LOCKED:",
    "        time.sleep(0.05)",
    "",
  ].join("\n"),
};

// Some of its controls: those whose tests differ with the method, or fail in unusual ways.
const SOME = [
  "permissions",
  "immediate-authorization",
  "key-algorithms",
  "export-holds-nothing",
  "export-recheck",
  "visible-names",
];
test("a project of another stack and method kills mutants", { timeout: 15 * 60_000 }, async () => {
  const other = await installed({ stack: "fastify", auth: "oidc" });
  try {
    const { stdout } = await cliIn(other, withNode(), "--json", "--control", SOME.join());
    const { mutants, counts } = JSON.parse(stdout);
    const rest = mutants.filter(({ result }: { result: string }) => result !== "killed");
    expect(rest).toEqual([]);
    expect(counts.killed).toBeGreaterThan(20);
  } finally {
    other.remove();
  }
});

describe("what becomes of a mutant", () => {
  const folder = mkdtempSync(join(tmpdir(), "door-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const mutant = (
    id: string,
    text: string,
    instead: string,
    name = "test_closed",
  ): PlannedMutant => ({
    ...{ control: "door", id, text, instead },
    file: "app/door.py",
    test: `tests/test_door.py::${name}`,
  });
  const window = (id: string, text: string, instead: string): PlannedMutant => ({
    ...mutant(id, text, instead, "test_window"),
    file: "app/window.py",
  });
  const mutants = [
    mutant("killed", "LOCKED = True", "LOCKED = False"),
    mutant("killed-of-the-same-length", "key == 'right'", "key == 'wrong'"),
    mutant("survived", "import os", "import re"),
    mutant("gone", "LOCKED = 1", "LOCKED = False"),
    mutant("twice", "key", "kay"),
    mutant("killed-where-it-is-imported", "LOCKED = True", "LOCKED = False", "test_hall"),
    window("survived-where-it-is-found", "OPEN = False", "OPEN = 0"),
    window("killed-where-it-is-found", "OPEN = False", "OPEN = True"),
    mutant("survived-what-is-printed", "import os", "import re", "test_says"),
    mutant("no-code", "LOCKED = True", "LOCKED = ("),
    mutant("no-import", "import os", "import nothing_of_this_name"),
    mutant("no-name", "not LOCKED", "not LOCKE"),
    mutant("no-fixture", "return ['right']", "return []", "test_opens"),
    mutant("skipped", "LOCKED = True", "LOCKED = False", "test_skipped"),
    mutant("red", "LOCKED = True", "LOCKED = False", "test_red"),
    mutant("missing", "LOCKED = True", "LOCKED = False", "test_of_another_name"),
    mutant("slow", "LOCKED = True", "LOCKED = False", "test_waits"),
  ];

  test("is what its proof says, for the right reason", async () => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    symlinkSync(join(project.folder, ".venv"), join(folder, ".venv"));
    const { proving } = readStack("fastapi").toolchain;
    if (proving === undefined) throw new Error("nothing says how to prove");
    const workers = await openWorkers(folder, proving, readProofs("fastapi").worker, 1);
    const read = (path: string) => FILES[path];
    try {
      const judged = await prove(mutants, [], {
        read,
        hasTest: (name) => missingProof(name, read).length === 0,
        run: workers.run,
        thorough: true,
        patience: { times: 10, seconds: 5 },
        onProgress: () => undefined,
      });
      const results = judged.mutants.map(({ mutant: { id }, result, line, why = "" }) => [
        ...[id, result, line],
        why.replace(/^.*?: /, ""),
      ]);
      expect(results).toEqual([
        ["killed", "killed", 3, ""],
        ["killed-of-the-same-length", "killed", 5, ""],
        ["survived", "survived", 1, ""],
        ["gone", "stale", undefined, "its text is not in app/door.py"],
        ["twice", "stale", 4, "its text is in app/door.py 3 times"],
        ["killed-where-it-is-imported", "killed", 3, ""],
        ["survived-where-it-is-found", "survived", 1, ""],
        ["killed-where-it-is-found", "killed", 1, ""],
        ["survived-what-is-printed", "survived", 1, ""],
        ["no-code", "unproven", 3, expect.stringContaining("SyntaxError")],
        ["no-import", "unproven", 1, expect.stringContaining("ModuleNotFoundError")],
        ["no-name", "unproven", 5, expect.stringContaining("NameError")],
        ["no-fixture", "unproven", 7, expect.stringContaining("IndexError")],
        ["skipped", "unproven", 3, "no door here"],
        ["red", "unproven", 3, expect.stringContaining("AssertionError")],
        ["missing", "unproven", 3, "the proof is missing"],
        ["slow", "unproven", 3, expect.stringContaining("did not end in time")],
      ]);
      expect(judged.mutants.find(({ caught }) => caught !== undefined)?.caught).toBe(false);
    } finally {
      workers.close();
    }
    expect(readFileSync(join(folder, "app/door.py"), "utf8")).toBe(FILES["app/door.py"]);
    expect(await filesOf(folder, proving.ignored)).toHaveLength(Object.keys(FILES).length);
  }, 120_000);
});
