import { describe, expect, test } from "vitest";
import { manifestSchema } from "../../../src/plan/manifest.ts";
import { md } from "../../../src/render/printers/md.ts";

describe("md", () => {
  test.each([
    ["A plain sentence, with 1.5 words (or so).", "A plain sentence, with 1.5 words (or so)."],
    ["snake_case stays", "snake_case stays"],
    ["*bold* _it_ `code` [a](b)", "\\*bold\\* \\_it\\_ \\`code\\` \\[a\\](b)"],
    ["<script> & &amp; ~x~", "\\<script\\> \\& \\&amp; \\~x\\~"],
    ["# no heading", "\\# no heading"],
    ["- no item", "\\- no item"],
    ["1. no item", "1\\. no item"],
    ["back\\slash", "back\\\\slash"],
    ["  many\n\n# lines ", "many # lines"],
    ["    no code", "no code"],
  ])("prints %j", (text, markdown) => {
    expect(md(text).text).toBe(markdown);
  });

  test("escapes the bar of a table", () => {
    expect(md.cell("a | b").text).toBe("a \\| b");
    expect(md.codeCell("a|b").text).toBe("`a\\|b`");
  });
});

describe("md.code", () => {
  test.each([
    ["x = 1", "`x = 1`"],
    ["a`b", "``a`b``"],
    ["`a``b`", "``` `a``b` ```"],
    ["two\nlines", "`two lines`"],
    ["*a* <b>", "`*a* <b>`"],
  ])("prints %j", (text, markdown) => {
    expect(md.code(text).text).toBe(markdown);
  });

  test("refuses nothing", () => {
    expect(() => md.code(" ")).toThrow("cannot be empty");
  });
});

test.each([
  [{ kind: "int", default: 900 }, "`900`"],
  [{ kind: "bool", default: false, production: "off" }, "`false`; off in production"],
  [{ kind: "origins", default: "", production: "required" }, "none; required in production"],
  [{ kind: "string", default: null }, "none"],
  [{ kind: "secret", production: "required" }, "required"],
])("md.defaultOf tells the default of %j", (rest, markdown) => {
  const { settings } = manifestSchema.parse({
    settings: [{ name: "A", group: "G", doc: "D.", ...rest }],
  });
  expect(settings.map((setting) => md.defaultOf(setting).text)).toEqual([markdown]);
});
