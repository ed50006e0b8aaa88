import { describe, expect, test } from "vitest";
import { parseToolchain } from "../../src/plan/toolchain.ts";
import { chooseWay, isNewEnough } from "../../src/project/toolchain.ts";

const data = {
  tools: {
    fast: { label: "fast", commands: ["fast"] },
    slow: { label: "slow 2 or newer", commands: ["slow2", "slow"], minimum: "2.1" },
  },
  otherwise: "Install fast.",
  ways: [
    { tool: "fast", install: [["fast", "in"]], program: ["fast", "run"] },
    { tool: "slow", note: "Slowly.", install: [["{tool}", "in"]], program: ["./go"] },
  ],
};

describe("parseToolchain", () => {
  test("takes a complete one", () => {
    expect(parseToolchain(data)).toEqual(data);
  });

  test("refuses a way whose tool nobody described", () => {
    const ways = [{ ...data.ways[0], tool: "fasst" }];
    expect(() => parseToolchain({ ...data, ways })).toThrow("there is no tool 'fasst'");
  });

  test("refuses fields that it does not know", () => {
    expect(() => parseToolchain({ ...data, shell: "rm -rf ." })).toThrow("shell");
  });
});

describe("chooseWay", () => {
  const toolchain = parseToolchain(data);

  test("the first way that can be gone", () => {
    expect(chooseWay(toolchain, { fast: { command: "fast" }, slow: { command: "slow" } })).toEqual({
      ready: true,
      note: undefined,
      install: [["fast", "in"]],
      program: ["fast", "run"],
    });
  });

  test("the command's name as it was found", () => {
    expect(chooseWay(toolchain, { fast: {}, slow: { command: "slow2" } })).toEqual({
      ready: true,
      note: "Slowly.",
      install: [["slow2", "in"]],
      program: ["./go"],
    });
  });

  test("without any tool: what to install and how to go on", () => {
    expect(chooseWay(toolchain, {})).toEqual({
      ready: false,
      note: "Not found: fast, slow 2 or newer. Install fast.",
      install: [["fast", "in"]],
      program: ["fast", "run"],
    });
  });
});

describe("a tool that is there and cannot be used", () => {
  const toolchain = parseToolchain(data);

  test("is told beside the way that takes its place", () => {
    const found = { fast: { fault: "'fast' does not answer." }, slow: { command: "slow" } };
    expect(chooseWay(toolchain, found).note).toBe("'fast' does not answer. Slowly.");
  });

  test("is not called missing", () => {
    const { note } = chooseWay(toolchain, { fast: { fault: "'fast' does not work." } });
    expect(note).toBe("'fast' does not work. Not found: slow 2 or newer. Install fast.");
  });
});

describe("isNewEnough", () => {
  test.each([
    ["Python 3.11.7", "3.11", true],
    ["Python 3.9.18", "3.11", false],
    ["Python 2.7", "3.11", false],
    ["Python 4.0", "3.11", true],
    ["Python 3", "3.11", false],
    ["v22.13.0", "22.13", true],
    ["uv 0.9.1 (abc 2026)", undefined, true],
    ["command not found", undefined, false],
  ])("%s against %s: %s", (printed, minimum, expected) => {
    expect(isNewEnough(printed, minimum)).toBe(expected);
  });
});
