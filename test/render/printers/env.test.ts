import { describe, expect, test } from "vitest";
import { env } from "../../../src/render/printers/env.ts";

describe("env.line", () => {
  test.each([
    ["", "A="],
    ["sqlite:///./app.db", "A=sqlite:///./app.db"],
    ["5/minute", "A=5/minute"],
    ["https://a.example,https://b.example", "A=https://a.example,https://b.example"],
    ["two words", "A='two words'"],
    ["a#b", "A='a#b'"],
    ["$HOME `id`", "A='$HOME `id`'"],
    ['say "hi"', `A='say "hi"'`],
    ["it's", `A="it's"`],
  ])("writes %j", (value, line) => {
    expect(env.line("A", value).text).toBe(line);
  });

  test.each([
    ["two\nlines", "control character"],
    ["a\rb", "control character"],
    ["$" + "{HOME}", "would be expanded"],
    [`it's "both"`, "no quoting"],
    ["it's $HOME", "no quoting"],
    ["back\\slash", "no quoting"],
  ])("refuses %j", (value, message) => {
    expect(() => env.line("A", value)).toThrow(message);
  });

  test.each(["", "a", "A B", "A=B", "1A", "A\nB"])("refuses the name %j", (name) => {
    expect(() => env.line(name, "x")).toThrow("is no name of an environment variable");
  });
});

test("env.comment is one line", () => {
  expect(env.comment("a # b").text).toBe("a # b");
  expect(() => env.comment("a\nB=1")).toThrow("one line");
});
