import { extname } from "node:path";
import { Script } from "node:vm";
import { execa } from "execa";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { everyCell } from "../fixtures/matrix.ts";
import { parseFaults } from "../fixtures/python.ts";
import * as typescript from "../fixtures/typescript.ts";

const found = new Map<string, Set<string>>();
for (const { texts } of everyCell()) {
  for (const [path, text] of texts) found.set(path, (found.get(path) ?? new Set()).add(text));
}
/** Each text that any project holds, once. */
const files = [...found].flatMap(([path, texts]) =>
  [...texts].map((text) => [path, text] as const),
);
const withEnd = (...ends: readonly string[]) =>
  files.filter(([path]) => ends.includes(extname(path)));

const PYTHON = [".py", ".toml", ".ini"];

test("Python, TOML and INI parse", { timeout: 120_000 }, async ({ skip }) => {
  const faults = await parseFaults(withEnd(...PYTHON));
  skip(faults === undefined, "no Python 3.11 or newer");
  expect(faults).toEqual([]);
});

test("what does not parse is named", async ({ skip }) => {
  const faults = await parseFaults([
    ["a.py", "def"],
    ["b.toml", "= 1"],
    ["c.ini", "x"],
    ["d.py", "ok = 1"],
  ]);
  skip(faults === undefined, "no Python 3.11 or newer");
  expect(faults?.map((fault) => fault.slice(0, 2))).toEqual(["a.", "b.", "c."]);
});

test("JSON parses", () => {
  for (const [path, text] of withEnd(".json")) expect(() => JSON.parse(text), path).not.toThrow();
});

test("YAML parses, with each key once", () => {
  for (const [path, text] of withEnd(".yaml", ".yml")) {
    for (const { errors, warnings } of parseAllDocuments(text, { merge: true, strict: true })) {
      expect([...errors, ...warnings], path).toEqual([]);
    }
  }
});

test("shell scripts parse", async () => {
  for (const [path, text] of withEnd(".sh")) {
    const { stderr } = await execa("bash", ["-n"], { input: text, reject: false });
    expect(stderr, path).toBe("");
  }
});

test("JavaScript parses", () => {
  for (const [path, text] of withEnd(".js")) {
    expect(() => new Script(text, { filename: path })).not.toThrow();
  }
});

test("TypeScript parses", async () => {
  expect(await typescript.parseFaults(withEnd(".ts"))).toEqual([]);
  expect(await typescript.parseFaults([["a.ts", "const ="]])).toHaveLength(1);
});

test("no text shows a backtick that was escaped where code was meant", () => {
  const prose = withEnd(".md").map(([path, text]) => [
    path,
    text.replace(/^```[\s\S]*?^```$/gm, ""),
  ]);
  expect(prose.length).toBeGreaterThan(100);
  expect(prose.filter(([, text]) => text?.includes("\\`")).map(([path]) => path)).toEqual([]);
});

test("each variable of an environment is on a line of its own", () => {
  const environments = files.filter(([path]) => /^\.env/.test(path));
  expect(environments.length).toBeGreaterThan(1);
  for (const [path, text] of environments) {
    for (const line of text.split("\n"))
      expect(line, path).toMatch(/^(?:#.*|[A-Z][A-Z0-9_]*=.*|)$/);
  }
});

test("nothing is of a kind that nobody parses", () => {
  const prose = ["", ".md", ".txt", ".mako", ".example"];
  // Databases read it: each project that is installed is migrated.
  const migrations = [".sql"];
  const known = new Set([
    ...PYTHON,
    ...[".json", ".js", ".ts", ".yaml", ".yml", ".sh"],
    ...migrations,
    ...prose,
  ]);
  expect(files.map(([path]) => path).filter((path) => !known.has(extname(path)))).toEqual([]);
});
