import { describe, expect, test } from "vitest";
import { manifestSchema, type Setting } from "../../src/plan/manifest.ts";
import { exampleVariables, givenVariables } from "../../src/render/environment.ts";
import { filler, publicFiller } from "../../src/render/placeholders.ts";
import { counting } from "../fixtures/stack.ts";

const facts = { name: "my-api", database: "my_api" };

const settings = (...rest: readonly object[]): readonly Setting[] =>
  manifestSchema.parse({
    settings: rest.map((one) => ({ group: "G", kind: "string", doc: "D.", ...one })),
  }).settings;

const given = (environment: string, ...rest: readonly object[]) =>
  givenVariables(settings(...rest), environment, filler(facts, counting));

const lines = (environment: string, ...rest: readonly object[]) =>
  exampleVariables(settings(...rest), environment, publicFiller(facts)).flatMap((group) => [
    group.title,
    ...group.entries.map(({ line }) => line.text),
  ]);

describe("givenVariables", () => {
  test("holds what has a text for the environment, under its heading", () => {
    const list = [
      { name: "A", group: "One", env: "{{database}}" },
      { name: "B", group: "Two", default: "x" },
      { name: "C", group: "One", env: { development: "dev", production: "prod" } },
    ];
    const groups = (c: string) => [
      {
        title: "One",
        entries: [
          { name: "A", value: "my_api" },
          { name: "C", value: c },
        ],
      },
    ];
    expect(given("development", ...list)).toEqual(groups("dev"));
    expect(given("production", ...list)).toEqual(groups("prod"));
    expect(given("staging", ...list)).toEqual([
      { title: "One", entries: [{ name: "A", value: "my_api" }] },
    ]);
  });

  test("names the setting of a wrong placeholder", () => {
    expect(() => given("development", { name: "A", env: "{{x}}" })).toThrow("The setting A:");
  });
});

describe("exampleVariables", () => {
  test("gives what .env gives and comments out the rest with its default", () => {
    const list = [
      { name: "A", env: { development: "dev" } },
      { name: "B", default: "two words" },
      { name: "C", kind: "int", default: 7 },
      { name: "D", default: null },
      { name: "E", kind: "secret", env: "{{secret}}", example: "make-one" },
      { name: "F", kind: "bool", default: false, group: "Other" },
    ];
    const rest = ["# B='two words'", "# C=7", "# D=", "E=make-one", "Other", "# F=false"];
    expect(lines("development", ...list)).toEqual(["G", "A=dev", ...rest]);
    expect(lines("production", ...list)).toEqual(["G", "# A=", ...rest]);
  });

  test("never shows a secret", () => {
    const secret = { name: "S", kind: "secret", env: "{{secret}}" };
    expect(() => lines("development", secret)).toThrow("The setting S: ");
  });
});
