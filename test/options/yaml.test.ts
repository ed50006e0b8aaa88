import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseYaml } from "../../src/options/yaml.ts";

const parse = (text: string) => parseYaml(text, "x.yaml", "config");

describe("parseYaml", () => {
  test("reads YAML and JSON, and every value as text", () => {
    expect(parse("a: 0.140\nb: [yes, 2020-01-01]\n")).toEqual({
      a: "0.140",
      b: ["yes", "2020-01-01"],
    });
    expect(parse("a:\nb: ''\n")).toEqual({ a: "", b: "" });
    expect(parse('{"a": 1, "b": null}')).toEqual({ a: "1", b: "null" });
  });

  test.each([
    ["a bracket that stays open", "a: [b"],
    ["a key twice", "a: 1\na: 2"],
    ["a tag", "a: !!js/function x"],
    ["two documents", "--- a\n--- b"],
    ["an alias", "a: &x 1\nb: *x"],
    ["an alias of nothing", "a: *x"],
    ["brackets without end", "[".repeat(60_000)],
    ["objects without end", '{"a":'.repeat(16_000)],
    ["lists without end", "- ".repeat(40_000)],
    ["keys without end", "? ".repeat(40_000)],
    ["more than a person writes", `a: ${"b".repeat(100_000)}`],
  ])("refuses %s", (_, text) => {
    expect(() => parse(text)).toThrow(UserError);
  });

  test("takes as many steps of indentation as somebody reads", () => {
    const steps = (count: number) =>
      Array.from({ length: count }, (_, at) => `${" ".repeat(at)}a:`).join("\n");
    expect(parse(steps(30))).toHaveProperty("a.a.a.a");
    expect(() => parse(steps(440))).toThrow(UserError);
  });

  test("names the line", () => {
    expect(() => parse("a: 1\nb: 2\na: 3\n")).toThrow(/Line 3: duplicated mapping key\./);
  });

  test("takes a key for what it is, whatever it is called", () => {
    expect(Object.keys(parse("__proto__: { a: 1 }\n") as object)).toEqual(["__proto__"]);
  });
});
