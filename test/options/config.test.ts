import Ajv from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseConfig } from "../../src/options/config.ts";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { everySelection } from "../../src/options/matrix.ts";
import { parseAnswers } from "../../src/options/schema.ts";

const refused = (text: string): UserError => {
  try {
    parseConfig(text, "answers.yaml");
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was taken");
};

describe("parseConfig", () => {
  test("reads YAML and JSON", () => {
    const answers = { name: "my-shop", auth: "session" };
    expect(parseConfig("name: my-shop\nauth: session # cookies\n", "a")).toEqual(answers);
    expect(parseConfig(JSON.stringify(answers), "a")).toEqual(answers);
  });

  test("takes every value as it is written", () => {
    expect(parseConfig("framework-version: 0.165\ndescription: 1e3", "a")).toEqual({
      "framework-version": "0.165",
      description: "1e3",
    });
    expect(parseConfig('{"framework-version": 0.165}', "a")).toEqual({
      "framework-version": "0.165",
    });
  });

  test.each([
    ["no options", "", "holds no options"],
    ["a list", "- auth\n", "holds no options"],
    ["a value that is a list", "auth: [jwt, oidc]\n", "takes one value"],
    ["an option twice", "auth: jwt\nauth: oidc\n", "Line 2: duplicated"],
    ["what is neither", '{"auth": ', "Line 1: unexpected end"],
    ["a tag", "auth: !!js/function 'x'\n", "tag"],
  ])("refuses %s", (_, text, reason) => {
    const error = refused(text);
    expect(error.what).toContain(reason);
    expect(error.where).toContain("answers.yaml");
    expect(error.code).toBe("config");
  });

  test("names the option whose choice is not known", () => {
    const { where, what, fix } = refused("database: pg\n");
    expect(where).toBe("answers.yaml: database");
    expect(what).toContain('"pg"');
    expect(fix).toContain("Did you mean postgresql?");
    expect(refused("databse: sqlite\n").where).toBe("answers.yaml: databse");
  });
});

describe("the schema of a file of answers", () => {
  const validate = new Ajv({ strict: true }).compile(jsonSchema());
  const isTaken = (answers: object): boolean => {
    try {
      parseAnswers(answers as Readonly<Record<string, string>>);
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  };
  const selections = everySelection();
  const all = [
    ...new Map(
      selections
        .flatMap((selection) => Object.entries(selection))
        .map((entry) => [JSON.stringify(entry), entry]),
    ).values(),
  ];

  test("takes every selection", () => {
    for (const selection of selections)
      expect(validate(selection), String(validate.errors)).toBe(true);
  });

  test("takes and refuses two answers as the generator does", () => {
    for (const [option, choice] of all) {
      for (const [other, another] of all) {
        const answers = { [option]: choice, [other]: another };
        expect([answers, validate(answers)]).toEqual([answers, isTaken(answers)]);
      }
    }
  });

  test.each([
    [{ name: "My Api" }],
    [{ auth: "jwtt" }],
    [{ databse: "sqlite" }],
    [{ auth: ["jwt"] }],
    [{ description: "two\nlines" }],
  ])("refuses %j", (answers) => {
    expect(validate(answers)).toBe(false);
  });
});
