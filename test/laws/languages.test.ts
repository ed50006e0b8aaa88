import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../src/package-root.ts";

/** What belongs to one language: it, its tools, its libraries, and the files of these. */
const OF_A_LANGUAGE = [
  /\b(?:python\w*|pypi|uv|uvx|pip|venv|pytest|ruff|mypy|pyproject|requirements\.txt|__pycache__)\b/i,
  /\b(?:fastapi|starlette|pydantic|uvicorn|sqlalchemy|alembic|tortoise|taskiq)\b/i,
  /\b(?:typescript|javascript|npm|npx|pnpm|yarn|tsc|biome|vitest|knip|tsconfig|node_modules)\b/i,
  /\b(?:package(?:-lock)?\.json|fastify|typebox|drizzle|mikro-orm|bullmq|pino)\b/i,
  /\bNode(?:\.js| \d)|\bnode test|["'`][^"'`]*\.(?:py|toml|ts|js)["'`]/,
];

/** Rooms whose subject is a language, by the folder; each file in there is about one. */
const ROOMS: Readonly<Record<string, string>> = {
  "src/render/printers/": "write a language",
  "src/render/readers/": "read a language",
  "src/plan/ecosystems/": "read the pins of a language's packages",
  "src/life/migrations/tools/": "read and write the migrations of one tool",
  "src/system/workspaces/": "read the workspaces of one package manager",
};

/** Files that may name what they name, and why. */
const FILES: Readonly<Record<string, string>> = {
  "src/options/catalogue.ts": "is data: labels and hints say what a choice is",
  "src/options/help.ts": "says what this program runs on",
  "src/standards/asvs.ts": "quotes a standard",
  "src/project/parse-record.ts": "says how another version of this program is started",
  "src/life/check/check.ts": "says how another version of this program is started",
  "src/cli.ts": "reads the manifest of this package",
  "src/package-root.ts": "finds the manifest of this package",
  "src/commands/surroundings.ts": "says how this program was started, so that it can be again",
  "src/system/presets.ts": "finds a preset, which is published as this package is",
  "src/system/renewal/packages.ts": "fetches older versions of this package from its registry",
};

/** Names of modules are how this program is written, and comments explain. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, "").replace(/\b(?:from|import\() ?"[^"]*"/g, "");

const wordsIn = (text: string): readonly string[] =>
  OF_A_LANGUAGE.flatMap((pattern) => pattern.exec(codeOf(text))?.[0] ?? []);

const root = packageRoot();
const sources = ["src", "generators"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path}`),
  )
  .map((path) => ({ path, words: wordsIn(readFileSync(join(root, path), "utf8")) }));

describe("the core knows no language", () => {
  test.each(sources.filter(({ path }) => FILES[path] === undefined))("$path", ({ path, words }) => {
    if (Object.keys(ROOMS).some((room) => path.startsWith(room))) return;
    expect(words).toEqual([]);
  });

  test.each(Object.keys(FILES))("%s is excused for what it names", (path) => {
    expect(sources.find((source) => source.path === path)?.words).not.toEqual([]);
  });

  test.each(Object.keys(ROOMS))("%s is excused for what is named in it", (room) => {
    const named = sources.filter(({ path, words }) => path.startsWith(room) && words.length > 0);
    expect(named).not.toEqual([]);
  });

  test("a name of a tool is found, wherever it stands", () => {
    expect(wordsIn('const install = ["uv", "sync"];')).toEqual(["uv"]);
    expect(wordsIn("const why = `run npm install`;")).toEqual(["npm"]);
    expect(wordsIn('path.endsWith(".py")')).toEqual(['".py"']);
    expect(wordsIn('import x from "./uv.ts"; // as npm does')).toEqual([]);
  });
});
