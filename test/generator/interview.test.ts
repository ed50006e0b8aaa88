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
const interview = (answers: readonly unknown[]) => {
  const turns = [...answers];
  const asked: [name: string, usual: unknown, back: unknown][] = [];
  const adapter = {
    prompt: async ([question]: [{ name: string; default?: unknown; back?: unknown }]) => {
      asked.push([question.name, question.default, question.back]);
      return { [question.name]: turns.shift() };
    },
  } as unknown as InputOutputAdapter;
  const terminal = createTerminal(Object.assign(new PassThrough(), { columns: 80 }), {});
  return { asked, talk: new Interview(adapter, terminal, items) };
};

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
