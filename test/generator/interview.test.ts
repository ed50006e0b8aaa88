import { PassThrough } from "node:stream";
import type { InputOutputAdapter } from "@yeoman/types";
import { expect, test } from "vitest";
import { Interview, type Item } from "../../generators/app/interview.ts";
import { BACK, CANCEL, Cancelled } from "../../generators/app/prompts/turn.ts";
import { createTerminal } from "../../src/system/terminal.ts";

const choice = (value: string) => ({ value, name: value.toUpperCase() });
const items: readonly Item[] = [
  {
    name: "animal",
    label: "Animal",
    when: () => true,
    prompt: () => ({
      type: "select",
      message: "Which animal?",
      choices: ["cat", "fish"].map(choice),
    }),
  },
  {
    name: "water",
    label: "Water",
    when: ({ animal }) => animal === "fish",
    prompt: () => ({
      type: "select",
      message: "Which water?",
      choices: ["sweet", "salt"].map(choice),
    }),
  },
  {
    name: "food",
    label: "Food",
    when: () => true,
    prompt: ({ animal }) => ({
      type: "select",
      message: "Which food?",
      choices: (animal === "cat" ? ["mice", "fishes"] : ["fishes", "weed"]).map(choice),
    }),
  },
];

/** An interview with somebody who answers in this order, and how each question began. */
const interview = (answers: readonly unknown[], wanted = items) => {
  const turns = [...answers];
  const asked: [name: string, usual: unknown, back: unknown][] = [];
  const adapter = {
    prompt: async ([question]: [{ name: string; default?: unknown; back?: unknown }]) => {
      asked.push([question.name, question.default, question.back]);
      return { [question.name]: turns.shift() };
    },
  } as unknown as InputOutputAdapter;
  const output = Object.assign(new PassThrough(), { columns: 80 });
  const talk = new Interview(adapter, createTerminal(output, {}), wanted);
  return { asked, talk, told: () => String(output.read()) };
};

test("keeps and tells several choices, and forgets those that no longer fit", async () => {
  const toppings: Item = {
    name: "toppings",
    label: "Toppings",
    when: () => true,
    prompt: ({ animal }) => ({
      type: "checkbox",
      message: "Which toppings?",
      choices: (animal === "cat" ? ["cream", "salt"] : ["salt"]).map(choice),
    }),
  };
  const answers = ["cat", ["cream", "salt"], "animal", "fish", ["salt"]];
  const { asked, talk, told } = interview(answers, [...items.slice(0, 1), toppings]);
  await talk.run();
  expect(talk.answers).toEqual({ animal: "cat", toppings: ["cream", "salt"] });
  await talk.change();
  await talk.run();
  expect(talk.answers).toEqual({ animal: "fish", toppings: ["salt"] });
  expect(asked.at(-1)).toEqual(["toppings", ["cream", "salt"], true]);
  expect(told()).toContain("✔ Toppings: CREAM, SALT");
});

test("asks one thing after the other, and only what applies", async () => {
  const { asked, talk } = interview(["cat", "mice"]);
  await talk.run();
  expect(talk.answers).toEqual({ animal: "cat", food: "mice" });
  expect(asked).toEqual([
    ["animal", undefined, false],
    ["food", undefined, true],
  ]);
});

test("goes back one question, which then begins with what was answered", async () => {
  const { asked, talk } = interview(["fish", "salt", BACK, "sweet", "weed"]);
  await talk.run();
  expect(talk.answers).toEqual({ animal: "fish", water: "sweet", food: "weed" });
  expect(asked.map(([name, usual]) => [name, usual])).toEqual([
    ["animal", undefined],
    ["water", undefined],
    ["food", undefined],
    ["water", "salt"],
    ["food", undefined],
  ]);
});

test("goes back through all of them", async () => {
  const { asked, talk } = interview(["fish", "salt", BACK, BACK, "cat", "mice"]);
  await talk.run();
  expect(talk.answers).toEqual({ animal: "cat", food: "mice" });
  expect(asked.at(4)).toEqual(["animal", "fish", false]);
});

test("a changed answer takes those with it that no longer fit, and asks for them", async () => {
  const { asked, talk } = interview(["fish", "salt", "weed", "animal", "cat", "mice"]);
  await talk.run();
  await talk.change();
  await talk.run();
  expect(talk.answers).toEqual({ animal: "cat", food: "mice" });
  expect(asked.map(([name]) => name).slice(3)).toEqual(["change", "animal", "food"]);
});

test("a changed answer leaves those that fit", async () => {
  const { talk } = interview(["cat", "fishes", "animal", "fish", "salt"]);
  await talk.run();
  await talk.change();
  await talk.run();
  expect(talk.answers).toEqual({ animal: "fish", food: "fishes", water: "salt" });
});

test("ends when somebody has had enough", async () => {
  const { talk } = interview(["fish", CANCEL]);
  await expect(talk.run()).rejects.toThrow(Cancelled);
});
