import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { manifestSchema, type Setting } from "../../../src/plan/manifest.ts";
import { ts } from "../../../src/render/printers/ts.ts";

/** Texts that the formatter of the rendered projects must leave alone: it reads them together. */
const texts: string[] = [];
const isFormatted = (text: string): void => {
  texts.push(`${text}\n`);
};

/** What Biome would change in files with these texts. */
const faultsIn = (files: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), "formatted-"));
  try {
    const formatter = { indentStyle: "space", indentWidth: 2, lineWidth: 100 };
    const config = { formatter, linter: { enabled: false } };
    writeFileSync(join(folder, "biome.json"), `${JSON.stringify(config, null, 2)}\n`);
    for (const [index, text] of files.entries()) writeFileSync(join(folder, `${index}.ts`), text);
    const biome = resolve("node_modules/@biomejs/biome/bin/biome");
    const args = [biome, "check", "--error-on-warnings", "--max-diagnostics=none", "."];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: "utf8",
    });
    return status === 0 ? "" : stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe("ts", () => {
  test.each([
    [null, "null"],
    [true, "true"],
    [-7, "-7"],
    ["plain", '"plain"'],
    ["it's", `"it's"`],
    ['say "hi"', `'say "hi"'`],
    [`it's "both"`, `'it\\'s "both"'`],
    [`it's 'all' "both"`, `"it's 'all' \\"both\\""`],
    ["a\\b\nc\td", '"a\\\\b\\nc\\td"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay as it is
    ["`${evil()}`", '"`${evil()}`"'],
    ["\u0000\u2028\u202e", '"\\u0000\\u2028\\u202e"'],
    ["é 日本", '"é 日本"'],
    [["a", 1, null], '["a", 1, null]'],
    [{}, "{}"],
    [{ a: [true], "b.c": {}, "1": "" }, '{ "1": "", a: [true], "b.c": {} }'],
  ])("prints the literal of %j", (value, literal) => {
    expect(ts(value).text).toBe(literal);
    isFormatted(`export const value = ${literal};`);
    expect(JSON.parse(runInNewContext(`JSON.stringify(${literal})`))).toEqual(value);
  });

  test("refuses a key that is the object's prototype", () => {
    const data = JSON.parse('{"__proto__": {"admin": true}}');
    expect(() => ts(data)).toThrow("is no key");
    expect(() => ts.key("__proto__")).toThrow("is no key");
  });

  test.each(["", "1a", "a-b", "a b", "class", "null", "await", "eval", "a\n", "é", "a.b", "a;b"])(
    "refuses the name %j",
    (id) => {
      expect(() => ts.name(id)).toThrow("is no TypeScript name");
    },
  );

  test("prints names, keys and the names of settings", () => {
    expect(ts.name("$a1").text).toBe("$a1");
    expect(ts.key("note.read").text).toBe('"note.read"');
    expect(ts.key("default").text).toBe("default");
    expect(ts.camelCase("RATE_LIMIT_2FA").text).toBe("rateLimit2fa");
    expect(ts.camelCase("send-mail").text).toBe("sendMail");
    expect(() => ts.camelCase("NULL")).toThrow("is no TypeScript name");
  });

  test("keeps a comment on its line", () => {
    expect(ts.comment("It's // fine").text).toBe("It's // fine");
    for (const text of ["a\nb", "a\rb", "a\u2028b"]) expect(() => ts.comment(text)).toThrow();
  });

  test.each([
    ["One line.", "/** One line. */"],
    ["Two\n\nlines.", "/**\n * Two\n *\n * lines.\n */"],
    ["*/ evil() /*", "/** *\\/ evil() /* */"],
  ])("documents with %j", (text, documentation) => {
    expect(ts.documentation(text).text).toBe(documentation);
    isFormatted(`${documentation}\nexport const x = 1;`);
  });

  test("indents the lines of a comment", () => {
    expect(ts.documentation("a\nb", 2).text).toBe("/**\n   * a\n   * b\n   */");
    expect(() => ts.documentation("a\rb")).toThrow("one line");
  });

  test("joins what is printed", () => {
    expect(ts.join([ts.name("a"), ts("b")]).text).toBe('a, "b"');
  });

  test.each([0, 1, 9, 10, 11, 12, 40])("lays out a list of %i names", (count) => {
    const names = Array.from({ length: count }, (_, index) => ts(`name${index}`));
    const before = "export const NAMES = ";
    const printed = ts.list(names, before, " as const;").text;
    isFormatted(`${before}${printed} as const;`);
  });
});

describe("ts.imports", () => {
  const records = [
    { module: "/src/notes/routes.ts", name: "noteRoutes" },
    { module: "/src/errors.ts", name: "documented" },
    { module: "/src/errors.ts", name: "BadRequest" },
    { module: "/src/errors.ts", name: "BadRequest", kind: "type" },
    { module: "/src/errors.ts", name: "Problem", kind: "type" },
    { module: "/src/errors.ts", name: "Http10" },
    { module: "/src/errors.ts", name: "Http9" },
    { module: "/src/settings/index.ts", name: "Settings", kind: "type" },
    { module: "/src/settings/index.ts", name: "Given", kind: "type" },
    { module: "/src/routes.ts", name: "MAX", as: "LIMIT" },
    { module: "/src/api/a10.ts", name: "x" },
    { module: "/src/api/a2.ts", name: "y", as: "y" },
    { module: "/src/api/inner/z.ts", name: "z" },
    { module: "/src/api.ts", name: "api" },
    { module: "fastify", name: "default", as: "Fastify" },
    { module: "fastify", name: "FastifyInstance", kind: "type" },
    { module: "pg", name: "default", as: "pg" },
    { module: "typebox", name: "*", as: "typebox" },
    { module: "@fastify/swagger", name: "default", as: "swagger" },
    { module: "node:util", name: "parseEnv" },
    { module: "node:fs", name: "readFileSync" },
  ];

  test("merges and sorts as Biome does, and prints each name once", () => {
    const printed = ts.imports(records, "src/api/routes.ts").text;
    expect(printed).toBe(
      [
        'import { readFileSync } from "node:fs";',
        'import { parseEnv } from "node:util";',
        'import swagger from "@fastify/swagger";',
        'import Fastify, { type FastifyInstance } from "fastify";',
        'import pg from "pg";',
        'import * as typebox from "typebox";',
        'import { api } from "../api.ts";',
        'import { BadRequest, documented, Http9, Http10, type Problem } from "../errors.ts";',
        'import { noteRoutes } from "../notes/routes.ts";',
        'import { MAX as LIMIT } from "../routes.ts";',
        'import type { Given, Settings } from "../settings/index.ts";',
        'import { y } from "./a2.ts";',
        'import { x } from "./a10.ts";',
        'import { z } from "./inner/z.ts";',
      ].join("\n"),
    );
    isFormatted(printed);
  });

  test("sorts names by what they are called here, upper case first at the first difference", () => {
    const names = ["state", "a9", "ab", "stop", "A2", "aB", "Stop", "Ab", "a10", "Stream"];
    const renamed = { module: "/src/x.ts", name: "z", as: "Alpha" };
    const printed = ts.imports(
      [renamed, ...names.map((name) => ({ module: "/src/x.ts", name }))],
      "src/y.ts",
    ).text;
    expect(printed).toContain("{ A2, Ab, z as Alpha, a9, a10, aB, ab, Stop, Stream, state, stop }");
    isFormatted(printed);
  });

  test("breaks a line that is too long, but for one name", () => {
    const named = (...names: readonly string[]) =>
      names.map((name) => ({ module: "/src/x.ts", name }));
    const names = ["a", "b", "c"].map((letter) => letter.repeat(30));
    isFormatted(ts.imports(named(...names), "src/y.ts").text);
    isFormatted(ts.imports(named("a".repeat(40), "b".repeat(29)), "src/y.ts").text);
    isFormatted(ts.imports(named("a".repeat(120)), "src/y.ts").text);
    expect(ts.imports(named(...names), "src/y.ts").text).toContain("\n");
    expect(ts.imports(named("a".repeat(120)), "src/y.ts").text).not.toContain("\n");
  });

  test.each([
    [{ module: "/src/app; evil()", name: "x" }, "is no TypeScript module"],
    [{ module: '/src/x.ts"; evil(); "', name: "x" }, "is no TypeScript module"],
    [{ module: "/../x.ts", name: "x" }, "is no TypeScript module"],
    [{ module: "./x.ts", name: "x" }, "is no TypeScript module"],
    [{ module: "https://evil.example/x.ts", name: "x" }, "is no TypeScript module"],
    [{ module: "pg", name: "x, y" }, "is no TypeScript name"],
    [{ module: "pg", name: "x", as: "y\nevil()" }, "is no TypeScript name"],
    [{ module: "pg", name: "default" }, "is no TypeScript name"],
    [{ module: "pg", name: "*", as: "* as x" }, "is no TypeScript name"],
  ])("refuses %j", (record, message) => {
    expect(() => ts.imports([record], "src/y.ts")).toThrow(message);
  });

  test("refuses two names for one default", () => {
    const twice = ["a", "b"].map((as) => ({ module: "pg", name: "default", as }));
    expect(() => ts.imports(twice, "src/y.ts")).toThrow("two names");
  });

  test("prints nothing for nothing", () => {
    expect(ts.imports([], "src/y.ts").text).toBe("");
  });
});

const setting = (rest: object): Setting => {
  const data = { name: "A_SETTING", group: "G", doc: "D.", ...rest };
  const [parsed] = manifestSchema.parse({ settings: [data] }).settings;
  if (parsed === undefined) throw new Error("no setting");
  return parsed;
};

describe("ts.setting", () => {
  test.each([
    [{ kind: "string" }, "aSetting: text()"],
    [
      { kind: "int", default: 9, min: 1, max: 9 },
      'aSetting: integer({ min: 1, max: 9, default: "9" })',
    ],
    [{ kind: "bool", default: null }, "aSetting: optional(boolean())"],
    [
      { kind: "bool", default: false, production: "off" },
      'aSetting: boolean({ offInProduction: true, default: "false" })',
    ],
    [
      { kind: "secret", production: "required" },
      "aSetting: secret({ requiredInProduction: true })",
    ],
    [
      { kind: "redis-url", default: null, production: "required" },
      "aSetting: optional(redisUrl({ requiredInProduction: true }))",
    ],
    [
      { kind: "enum", values: ["json", "console"], default: "json" },
      'aSetting: word(["json", "console"], { default: "json" })',
    ],
    [
      { kind: "enum", values: ["x", "file"], default: "file", discouraged: ["file"] },
      'aSetting: word(["x", "file"], { default: "file", discouraged: ["file"] })',
    ],
    [{ kind: "enum", values: ["x"] }, 'aSetting: word(["x"])'],
    [
      {
        kind: "enum",
        values: ["console", "file", "smtp"],
        default: "console",
        discouraged: ["console", "file"],
        name: "A_MAIL_BACKEND",
      },
      [
        'aMailBackend: word(["console", "file", "smtp"], {',
        '    default: "console",',
        '    discouraged: ["console", "file"],',
        "  })",
      ].join("\n"),
    ],
  ])("prints %j", (rest, line) => {
    expect(ts.setting(setting(rest)).text).toBe(line);
    isFormatted(`export const SETTINGS = {\n  ${line},\n};`);
  });

  const long = (letter: string) => letter.repeat(45);

  test.each([
    { kind: "string", default: long("x").repeat(3) },
    { kind: "enum", values: [long("x"), long("y")] },
    { kind: "enum", values: [long("x"), long("y")], default: long("y") },
    { kind: "enum", values: [long("x"), long("y"), long("z")], default: long("y") },
    { kind: "enum", values: [long("x")], default: long("x"), discouraged: [long("x")] },
    { kind: "enum", values: [long("x"), "y"], default: null, discouraged: [long("x")] },
    { kind: "redis-url", default: null, production: "required", name: long("A") },
    { kind: "int", name: long("A"), default: 9_000_000, min: 1_000_000, max: 9_000_000 },
    { kind: "int", name: `${long("A")}_B`, default: null, min: 1_000_000, max: 9_000_000 },
  ])("lays out %j as Biome does", (rest) => {
    isFormatted(`export const SETTINGS = {\n  ${ts.setting(setting(rest)).text},\n};`);
  });

  test("prints entries by group, with an empty line between", () => {
    const groups = [
      { title: "One", settings: [setting({ kind: "hosts", default: "a" })] },
      { title: "Two", settings: [setting({ kind: "secret" }), setting({ kind: "rate" })] },
    ];
    const text = ts.settings(groups).text;
    expect(text).toBe(
      [
        "  // One",
        '  aSetting: hosts({ default: "a" }),',
        "",
        "  // Two",
        "  aSetting: secret(),",
        "  aSetting: rate(),",
      ].join("\n"),
    );
  });

  test("imports what the entries name, and nothing else", () => {
    const settings = [
      setting({ kind: "secret" }),
      setting({ kind: "secrets", default: "" }),
      setting({ kind: "hosts", default: "a" }),
      setting({ kind: "database-url", default: null }),
      setting({ kind: "duration" }),
      setting({ kind: "int" }),
    ];
    const printed = ts.settingImports(settings, "src/settings", "src/settings/model.ts").text;
    expect(printed).toBe(
      [
        'import { databaseUrl } from "./database-url.ts";',
        'import { hosts } from "./network.ts";',
        'import { integer } from "./plain.ts";',
        'import { secret, secrets } from "./secret.ts";',
        'import { optional } from "./setting.ts";',
      ].join("\n"),
    );
    isFormatted(printed);
  });
});

test("what is printed is laid out and sorted as Biome does it", () => {
  expect(texts.length).toBeGreaterThan(45);
  expect(faultsIn(texts)).toBe("");
  for (const text of ["const a = [ 1 ];\n", 'import "b";\nimport { d, c } from "a";\n']) {
    expect(faultsIn([text])).toContain("0.ts");
  }
});
