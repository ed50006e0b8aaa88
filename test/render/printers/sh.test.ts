import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { sh } from "../../../src/render/printers/sh.ts";

const words = [
  "plain",
  "",
  "two words",
  "it's",
  "$(id)",
  "`id`",
  "a;b",
  "*",
  "~",
  "\\",
  "a\nb",
  "#",
];

test.each([
  ["a-b_c=d/e:f@g%h+i,j.k", "a-b_c=d/e:f@g%h+i,j.k"],
  ["", "''"],
  ["two words", "'two words'"],
  ["it's", `'it'\\''s'`],
])("quotes %j", (word, quoted) => {
  expect(sh(word).text).toBe(quoted);
});

test("a shell reads each word as it was", () => {
  const script = `printf '%s\\0' ${words.map((word) => sh(word).text).join(" ")}`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(
    words,
  );
});

test("refuses NUL", () => {
  expect(() => sh("a\0b")).toThrow("U+0000");
});
