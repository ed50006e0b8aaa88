import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { prove } from "../../src/commands/prove.ts";
import type { Surroundings } from "../../src/commands/surroundings.ts";
import { parseCommand } from "../../src/options/command-flags.ts";
import { projectCommandOf } from "../../src/options/commands.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { packageRoot } from "../../src/package-root.ts";
import { projectRecord, recordFile } from "../../src/project/record.ts";
import { createTerminal } from "../../src/system/terminal.ts";
import { cellOf } from "../fixtures/matrix.ts";
import { desk, useProjects } from "../life/project.ts";

useProjects();

const VERSION = "1.2.3";
const command = projectCommandOf("prove");
const path = (...parts: string[]) => join(desk, ...parts);

const proving = async (...words: string[]) => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text.replace(/\n$/, "")) };
  const surroundings: Surroundings = {
    root: packageRoot(),
    version: VERSION,
    terminal: createTerminal(stream as never, {}),
    errors: createTerminal({ write: () => true } as never, {}),
    onProgress: () => undefined,
  };
  if (command === undefined) throw new Error("no command");
  return { code: await prove(parseCommand(command, words), surroundings), lines };
};

describe("what a run tells of has a place before it runs", () => {
  /** A project whose tests tell that they were begun, and end. */
  beforeEach(() => {
    const options = parseAnswers({});
    const { project } = cellOf(options.selection);
    const record = recordFile(projectRecord(VERSION, options, project));
    for (const file of [...project.files, record]) {
      mkdirSync(dirname(path("my-api", file.path)), { recursive: true });
      writeFileSync(path("my-api", file.path), file.content);
    }
    mkdirSync(path("my-api/.venv/bin"), { recursive: true });
    const program = `#!/bin/sh\ntouch '${path("begun")}'\n`;
    writeFileSync(path("my-api/.venv/bin/python"), program, { mode: 0o755 });
    writeFileSync(path("file"), "mine");
  });
  const run = (...words: string[]) => proving(path("my-api"), "--control=ownership", ...words);

  test.each([
    ["--evidence", "file/evidence"],
    ["--sarif", "file/prove.sarif"],
    ["--sarif", "my-api"],
  ])("%s=%s is refused", async (flag, place) => {
    await expect(run(`${flag}=${path(place)}`)).rejects.toThrow("It cannot be written (");
    expect(existsSync(path("begun"))).toBe(false);
  });

  test("a file that is no log is kept", async () => {
    await expect(run(`--sarif=${path("file")}`)).rejects.toThrow("Another file already exists.");
    expect(readFileSync(path("file"), "utf8")).toBe("mine");
    expect(existsSync(path("begun"))).toBe(false);
  });

  test("and nothing in it until there is something to tell", async () => {
    const words = [`--evidence=${path("new/evidence")}`, `--sarif=${path("new/prove.sarif")}`];
    await expect(run(...words)).rejects.toThrow("A process that runs the tests has ended");
    expect(existsSync(path("begun"))).toBe(true);
    expect(readdirSync(path("new"), { recursive: true })).toEqual(["evidence"]);
  });
});

describe("two files of evidence", () => {
  const EVIDENCE = {
    ...{ format: 1, project: "my-api", options: {}, commit: null, dirty: false, time: "" },
    ...{ versions: {}, tests: null, scope: "all", controls: [] },
  };
  const control = {
    ...{ id: "ownership", title: "Ownership", asvs: [], apiTop10: [], cwe: [] },
    ...{ file: "app/a.py", test: "tests/a.py::test_a", proof: "passed", mutants: [] },
  };
  beforeEach(() => {
    writeFileSync(path("new.json"), JSON.stringify(EVIDENCE));
    writeFileSync(path("old.json"), JSON.stringify({ ...EVIDENCE, controls: [control] }));
  });

  test("--quiet says only what is weaker", async () => {
    const compared = (old: string, ...words: string[]) =>
      proving(path("new.json"), `--compare=${path(old)}`, ...words);
    const same = await compared("new.json");
    expect(same.code).toBe(0);
    expect(same.lines).not.toEqual([]);
    expect(await compared("new.json", "--quiet")).toEqual({ code: 0, lines: [] });
    const weaker = await compared("old.json");
    expect(weaker.code).toBe(1);
    expect(await compared("old.json", "--quiet")).toEqual(weaker);
  });

  test.each(["--sarif=prove.sarif", "--evidence=evidence", "--control=ownership", "--thorough"])(
    "are not compared with %s, which is about a run",
    async (flag) => {
      const run = proving(path("new.json"), `--compare=${path("new.json")}`, flag);
      await expect(run).rejects.toThrow("It has no meaning where evidence is compared.");
    },
  );
});
