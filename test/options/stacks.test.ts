import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { defaultWhen } from "../../src/options/help.ts";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { everySelection } from "../../src/options/matrix.ts";
import { questions } from "../../src/options/questions.ts";
import { parseAnswers, parseGiven } from "../../src/options/schema.ts";
import type { Answers, Catalogue, ChoiceOption } from "../../src/options/types.ts";

const common = { hint: "h", question: "q?", group: "G", change: {} } as const;

const mapper: ChoiceOption = {
  ...common,
  kind: "choice",
  id: "mapper",
  label: "Mapper",
  default: { by: "stack", snake: "scales", coffee: "beans" },
  choices: [
    { id: "scales", label: "Scales", hint: "h", stacks: ["snake"] },
    { id: "skin", label: "Skin", hint: "h", stacks: ["snake"] },
    { id: "beans", label: "Beans", hint: "h", stacks: ["coffee"] },
  ],
};

/** Two stacks: each has its own mappers, one has no harbour yet, and the other no telescope. */
const catalogue: Catalogue = [
  {
    ...common,
    kind: "text",
    id: "name",
    label: "Name",
    default: "my-api",
    pattern: "[a-z-]+",
    maxLength: 20,
    rule: "small letters",
  },
  {
    ...common,
    kind: "choice",
    id: "stack",
    label: "Stack",
    default: "snake",
    choices: [
      { id: "snake", label: "Snake", hint: "h" },
      { id: "coffee", label: "Coffee", hint: "h" },
    ],
  },
  mapper,
  {
    ...common,
    kind: "choice",
    id: "ship",
    label: "Ship",
    default: "harbour",
    choices: [
      { id: "none", label: "No ship", hint: "h", bare: true },
      { id: "harbour", label: "Harbour", hint: "h", stacks: ["snake"] },
    ],
  },
  {
    ...common,
    kind: "many",
    id: "sight",
    label: "Sight",
    default: [],
    choices: [
      { id: "lamp", label: "Lamp", hint: "h" },
      { id: "telescope", label: "Telescope", hint: "h", stacks: ["snake"] },
    ],
  },
];

const selected = (answers: Answers) => parseAnswers(answers, catalogue).selection;
const refusedFor = (answers: Answers): string => {
  try {
    parseGiven(answers, catalogue);
    return parseAnswers(answers, catalogue).name;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
};

describe("a stack", () => {
  test("has defaults of its own, where the usual ones are another's", () => {
    expect(selected({})).toMatchObject({ stack: "snake", mapper: "scales", ship: "harbour" });
    expect(selected({ stack: "coffee" })).toEqual({
      stack: "coffee",
      mapper: "beans",
      ship: "none",
      sight: [],
    });
  });

  test("is the one that has what was asked for", () => {
    expect(selected({ mapper: "beans" })).toMatchObject({ stack: "coffee" });
    expect(selected({ sight: ["telescope"] })).toMatchObject({ stack: "snake" });
  });

  test("refuses what it does not have, and what no stack has beside the rest", () => {
    expect(refusedFor({ stack: "coffee", mapper: "skin" })).toContain(
      "Coffee does not go with --mapper skin: Skin is not made for this stack.",
    );
    expect(refusedFor({ mapper: "beans", ship: "harbour" })).toContain(
      "Beans does not go with --ship harbour: no stack has both.",
    );
    expect(refusedFor({ sight: ["telescope"], mapper: "beans" })).toContain("no stack has both");
    expect(refusedFor({ mapper: "skin", ship: "harbour" })).toBe("my-api");
  });

  test("is asked for, and then only what it has", () => {
    const named = new Map(questions({}, catalogue).map((question) => [question.name, question]));
    const values = (name: string, answers: Answers) => {
      const question = named.get(name);
      if (question?.type === "input" || question === undefined) throw new Error(name);
      return question.when(answers) ? question.choices(answers).map(({ value }) => value) : [];
    };
    expect([...named.keys()].slice(0, 2)).toEqual(["name", "stack"]);
    expect(values("stack", {})).toEqual(["snake", "coffee"]);
    expect(values("mapper", { stack: "snake" })).toEqual(["scales", "skin"]);
    // Of one choice there is nothing to ask.
    expect(values("mapper", { stack: "coffee" })).toEqual([]);
    expect(values("ship", { stack: "coffee" })).toEqual([]);
    expect(values("sight", { stack: "coffee" })).toEqual(["lamp"]);
  });

  test("has selections of what it has, each of which the schema takes", () => {
    const selections = everySelection(catalogue);
    expect(selections).toHaveLength(2 * 2 * 4 + 1 * 1 * 2);
    const validate = new Ajv({ strict: true }).compile(jsonSchema(catalogue));
    for (const selection of selections) expect(validate(selection)).toBe(true);
    expect(validate({ mapper: "beans", ship: "harbour" })).toBe(false);
    expect(validate({ sight: ["telescope"], mapper: "beans" })).toBe(false);
    expect(validate({ mapper: "skin", ship: "harbour" })).toBe(true);
  });

  test("is named where its choice is the default", () => {
    expect(defaultWhen(mapper, "beans")).toBe("default for coffee");
    expect(defaultWhen(mapper, "skin")).toBeUndefined();
  });
});
