import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { json, toml, yaml } from "../../../src/render/printers/data.ts";

const hostile =
  "\"quotes\" back\\slash\nline\ttab \u0000 \u007f \u0085 \u2028 \u202e é \u{1F600} ''' #{x}";

describe.each([
  ["json", json],
  ["yaml", yaml],
] as const)("%s", (_, print) => {
  test.each([
    [null, "null"],
    [true, "true"],
    [-3, "-3"],
    ["no", '"no"'],
    [["a", 1], '["a", 1]'],
    [{ a: { "b c": [] } }, '{"a": {"b c": []}}'],
  ])("prints %j", (value, text) => {
    expect(print(value).text).toBe(text);
  });

  test("keeps any text a text, on one line of plain characters", () => {
    const { text } = print(hostile);
    expect(JSON.parse(text)).toBe(hostile);
    expect(text).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
  });
});

describe("yaml over several lines", () => {
  const texts = [
    ...["a", "./a:/b:ro", "--x", "-c", "image:1@sha256:0a", "http://localhost:1/a", "5s", "512m"],
    ...[
      "",
      " a",
      "a b",
      "no",
      "Y",
      "null",
      "~",
      "1",
      "1e3",
      "0x1",
      "999:999",
      "1:30",
      "2026-01-01",
    ],
    ...[
      "-",
      "- a",
      "-5",
      "a: b",
      "a #b",
      "*a",
      "&a",
      "!a",
      "[a]",
      "{a}",
      "%a",
      "@a",
      "`a`",
      ".5",
      "=",
    ],
    hostile,
  ];

  test.each(texts)("keeps the text %j", (text) => {
    const value = { [text]: text, list: [text], maps: [{ [text]: { a: text } }] };
    for (const version of ["1.1", "1.2"] as const) {
      expect(parse(yaml.block(value, 2).text, { version })).toEqual(value);
      expect(parse(yaml.line(value).text, { version })).toEqual(value);
    }
  });

  test("nests maps, and keeps lists of texts and what is empty on one line", () => {
    const value = { a: { b: ["x", "y z"], c: {} }, d: [{ e: 1, f: true }] };
    expect(yaml.block(value, 1).text).toBe(
      ' a:\n   b: [x, "y z"]\n   c: {}\n d:\n   - e: 1\n     f: true',
    );
  });

  test("refuses a comment that would end", () => {
    expect(yaml.comment("a # b").text).toBe("a # b");
    expect(() => yaml.comment("a\nb: c")).toThrow("a comment is one line");
  });
});

describe("toml", () => {
  test.each([
    [true, "true"],
    ["x", '"x"'],
    [["a", 1], '["a", 1]'],
    [{ "a-b": 1, "c d": "e" }, '{ a-b = 1, "c d" = "e" }'],
    [{}, "{}"],
  ])("prints %j", (value, text) => {
    expect(toml(value).text).toBe(text);
  });

  test("keeps any text a text", () => {
    expect(JSON.parse(toml(hostile).text)).toBe(hostile);
    expect(toml(hostile).text).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
  });

  test("has no null", () => {
    expect(() => toml([null])).toThrow("TOML has no null");
  });
});

test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  "refuses the number %s",
  (value) => {
    for (const print of [json, yaml, toml])
      expect(() => print(value)).toThrow("is no whole number");
  },
);

test("refuses half a character", () => {
  for (const print of [json, yaml, toml]) expect(() => print("\ud83d")).toThrow("valid Unicode");
});

test("refuses what is printed already", () => {
  for (const print of [json, yaml, toml]) {
    expect(() => print(json("x") as unknown as string)).toThrow("this is no data");
  }
});

test("a block of JSON is laid out as a formatter does", () => {
  const data = { a: {}, b: [], c: { "@x/y": "1", z: [1, { q: null }] }, 'd"': "\n" };
  expect(json.block(data).text).toBe(JSON.stringify(data, null, 2));
  expect(json.block({ a: 1 }, 2).text).toBe('{\n    "a": 1\n  }');
  expect(() => json.block([json("x") as unknown as string])).toThrow("this is no data");
});
