import { describe, expect, test } from "vitest";
import { manifestSchema } from "../../../src/plan/manifest.ts";
import { ts } from "../../../src/render/printers/ts.ts";
import { typescript } from "../../../src/render/readers/typescript.ts";

/** A template with a template in it, and a brace in that. */
const TEMPLATE = ["`a $", "{f(`b $", "{c} }`)} // no comment`"].join("");

describe("words of TypeScript", () => {
  const words = (text: string) => typescript.words(text).join(" ");

  test.each([
    ["const a = 'x'; // why", 'const a = "x"'],
    ["f(\n  a,\n  b,\n)", "f ( a , b )"],
    ["return /[/]\\/'/.test(a) / 2", "return /[/]\\/'/ . test ( a ) / 2"],
    ["a = b / c / d", "a = b / c / d"],
    [`const t = ${TEMPLATE};`, `const t = ${TEMPLATE}`],
    ["/* a\n * b */ x?.y ?? 1_000 >= 3", "x ?. y ?? 1000 >= 3"],
    ["this.#key = 'it\\'s'", "this . #key = 'it\\'s'"],
    ['"\\"" + \'"\'', '"\\"" + \'"\''],
  ])("of %j", (text, found) => {
    expect(words(text)).toBe(found);
  });

  test("are the same however it is laid out", () => {
    const one = "if (a && (b || c)) return call({ a, b: [1, 2] });";
    const other = "if (a && (b || c))\n  return call({\n    a,\n    b: [\n 1, 2,\n ],\n  })\n";
    expect(words(one)).toBe(words(other));
    expect(words(one)).not.toBe(words(one.replace("(b || c)", "b || c")));
  });
});

const FILE = "tests/notes/routes.test.ts";
const text = `import assert from "node:assert/strict";
import { describe, test } from "node:test";

test("a note's title is kept", async (t) => {
  const { client } = await startService(t);
  assert.equal(await client.get("/"), 200);
});

describe("deletion", () => {
  test("is refused: of others", { timeout: 5 }, async () => {
    for (const one of [1, 2]) {
      problemOf(one, 404);
    }
  });
});
`;
const judged = (edit: (text: string) => string, names: readonly string[], more = {}) => {
  const files = new Map(Object.entries({ [FILE]: edit(text), ...more }));
  const judges = typescript.proofs(new Map([[FILE, text]])).judges(FILE, names);
  return typescript.proofs(files).fault(FILE, names, judges);
};
const FIRST = ["a note's title is kept"];
const SECOND = ["deletion", "is refused: of others"];

describe("tests of Node's runner", () => {
  test.each([[FIRST], [SECOND]])("%j is run, and can fail", (names) => {
    const proofs = typescript.proofs(new Map([[FILE, text]]));
    expect(proofs.judges(FILE, names)).toBe(1);
    expect(proofs.fault(FILE, names, 1)).toBeUndefined();
    expect(judged((code) => `// Ours.\n${code.replaceAll("  ", "    ")}`, names)).toBeUndefined();
  });

  test("are found by their names", () => {
    const proofs = typescript.proofs(
      new Map([
        [FILE, text],
        ["src/x.ts", text],
      ]),
    );
    expect(proofs.find(FIRST[0] ?? "")).toEqual([FILE]);
    expect(proofs.find("another")).toEqual([]);
  });

  const swap = (from: string, to: string) => (code: string) => {
    expect(code).toContain(from);
    return code.replace(from, () => to);
  };

  test.each<[string, readonly string[], (code: string) => string]>([
    ["is not there", FIRST, swap("title is kept", "title is lost")],
    ["is not there", FIRST, swap('test("a note', '// test("a note')],
    ["is not there", SECOND, swap('describe("deletion"', 'describe("others"')],
    ["is skipped", FIRST, swap('test("a note', 'test.skip("a note')],
    ["is skipped", FIRST, swap('test("a note', 'test.todo("a note')],
    ["is skipped", SECOND, swap("{ timeout: 5 }", "{ skip: true, timeout: 5 }")],
    ["is skipped", SECOND, swap("{ timeout: 5 }", '{ todo: "later" }')],
    ["is skipped", SECOND, swap('"deletion", ', '"deletion", { skip: process.env.CI }, ')],
    ["is skipped", SECOND, swap("describe(", "describe.skip(")],
    ["is skipped while it runs", FIRST, swap("  assert.equal", "  t.skip();\n  assert.equal")],
    ["returns before it judges", FIRST, swap("async (t) => {", "async (t) => {\n  return;")],
    ["has nothing left that can fail", FIRST, swap("assert.equal(await", "void (await")],
    ["has nothing left that can fail", SECOND, swap("problemOf(one, 404);", "")],
    ["has nothing left that can fail", SECOND, swap("problemOf(one", "// problemOf(one")],
  ])("%s: %j", (what, names, edit) => {
    expect(judged(edit, names)?.what).toBe(`${names.at(-1)} ${what}`);
  });

  test.each(["{ skip: false, timeout: 5 }", "{ concurrency: true }"])(
    "%j is harmless",
    (options) => {
      expect(judged(swap("{ timeout: 5 }", options), SECOND)).toBeUndefined();
    },
  );

  test("can be left out by what runs them", () => {
    const manifest = (script: string) => ({
      "package.json": JSON.stringify({ scripts: { test: script } }),
    });
    expect(judged((code) => code, FIRST, manifest("node --test"))).toBeUndefined();
    for (const option of ["--test-skip-pattern=note", "--test-name-pattern x", "--test-only"]) {
      const fault = judged((code) => code, FIRST, manifest(`node --test ${option}`));
      expect(fault?.what).toContain("can be left out");
    }
    expect(judged((code) => code, FIRST, { "package.json": "{" })?.what).toContain("left out");
    expect(typescript.decides("package.json", "")).toBe(true);
    expect(typescript.decides(FILE, "")).toBe(false);
  });
});

describe("settings of TypeScript", () => {
  const { settings } = manifestSchema.parse({
    settings: [
      { name: "MAX_BYTES", kind: "int", default: 10, min: 1, max: 99, safer: "lower" },
      { name: "DEBUG", kind: "bool", default: false, production: "off", safer: "off" },
      { name: "SECRET_KEY", kind: "secret" },
      { name: "ORIGINS", kind: "origins", default: "", production: "required" },
      { name: "LIMIT", kind: "rate", default: "5/minute", safer: "lower" },
      {
        name: "MAIL",
        kind: "enum",
        values: ["file", "smtp"],
        default: "smtp",
        discouraged: ["file"],
      },
      { name: "OTHER_URL", kind: "redis-url", default: null, production: "required" },
    ].map((setting) => ({ group: "G", doc: "D.", ...setting })),
  });
  const model = `export const SETTINGS = {\n${ts.settings([{ title: "G", settings }]).text}\n};\n`;
  const faults = (from: string, to: string) => {
    expect(model).toContain(from);
    return typescript
      .loosened(
        model.replace(from, () => to),
        settings,
      )
      .map(({ setting, what }) => `${setting}: ${what}`);
  };

  test("that are as they were printed keep their rules", () => {
    expect(typescript.loosened(model, settings)).toEqual([]);
  });

  test.each([
    ["min: 1,", "", "MAX_BYTES: its minimum of 1 is gone"],
    ["max: 99", "max: 100", "MAX_BYTES: its maximum is 100, above 99"],
    ["min: 1,", "min: -1,", "MAX_BYTES: its minimum is -1, below 1"],
    ['default: "10"', 'default: "11"', "MAX_BYTES: its default is 11, not 10"],
    ["offInProduction: true, ", "", "DEBUG: it can be on in production"],
    ["offInProduction: true", "offInProduction: false", "DEBUG: it can be on in production"],
    ['default: "false"', 'default: "true"', "DEBUG: its default is true, not false"],
    ["secret()", 'secret({ default: "x" })', "SECRET_KEY: it has a default, which is a secret"],
    ["secret()", "text()", "SECRET_KEY: its type is text, not secret"],
    [
      "origins({ requiredInProduction: true, ",
      "origins({ ",
      "ORIGINS: production does not require",
    ],
    ["5/minute", "50/minute", "LIMIT: its default is 50/minute, not 5/minute"],
    ["rate(", "text(", "LIMIT: its type is text, not rate"],
    ['["file", "smtp"], ', '["file", "smtp", "x"], ', "MAIL: it takes x besides"],
    ['discouraged: ["file"]', "discouraged: []", "MAIL: nothing advises against file"],
    [
      'default: "smtp"',
      'default: "file"',
      "MAIL: its default is file, which is not for production",
    ],
    ["redisUrl({ requiredInProduction: true })", "redisUrl()", "OTHER_URL: production does not"],
  ])("%j as %j is looser", (from, to, fault) => {
    expect(faults(from, to)).toHaveLength(1);
    expect(faults(from, to)[0]).toContain(fault);
  });

  test.each([
    ["max: 99", "max: 50"],
    ["max: 99", "max: MAX"],
    ['default: "10"', 'default: "9"'],
    ["rate(", "ourRate("],
  ])("%j as %j is not", (from, to) => {
    expect(faults(from, to)).toEqual([]);
  });
});
