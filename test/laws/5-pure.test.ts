import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../src/package-root.ts";

/** The edge: what may read the disk and the environment. */
const EDGE = /^(?:cli\.ts|package-root\.ts|plan\/read-stack\.ts|(?:commands|system)\/.*)$/;
/** Libraries that compute and do nothing else. */
const PURE = [
  "ejs",
  "leven",
  "node:crypto",
  "node:util",
  "node:zlib",
  "js-yaml",
  "zod/mini",
  "zod/v4/locales/en.js",
];
const WORLD =
  /\b(?:process|performance|globalThis|fetch|setTimeout|setInterval|crypto)\b\s*[.(]|Math\.random|random(?:Bytes|UUID|Int)|\bimport\(|\brequire\(|Date\.now|new Date\(\)|console\./;

const src = join(packageRoot(), "src");
const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(join(src, path), "utf8") }));
const core = sources.filter(({ path }) => !EDGE.test(path));

const imports = (text: string): readonly string[] =>
  [...text.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, specifier = ""]) => specifier);

describe("law 5: the core is pure", () => {
  test("the edge is where this test thinks", () => {
    const edge = sources.map(({ path }) => path).filter((path) => EDGE.test(path));
    expect(edge).toEqual(
      expect.arrayContaining([
        "cli.ts",
        "commands/create.ts",
        "plan/read-stack.ts",
        "system/git/git.ts",
      ]),
    );
    expect(core.length).toBeGreaterThan(30);
  });

  test.each(core)("$path imports only what computes", ({ text }) => {
    const outside = imports(text).filter((specifier) => !specifier.startsWith("."));
    expect(PURE).toEqual(expect.arrayContaining([...outside]));
    for (const specifier of imports(text)) {
      expect(specifier).not.toMatch(
        /(?:^|\/)(?:cli|package-root|read-stack)\.ts$|\/(?:commands|system|generators)\//,
      );
    }
  });

  test.each(core)("$path does not reach for the world", ({ text }) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    expect(code).not.toMatch(WORLD);
  });
});
