import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { parseArguments } from "../../src/options/flags.ts";
import { helpText } from "../../src/options/help.ts";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { everySelection } from "../../src/options/matrix.ts";
import { questions } from "../../src/options/questions.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { optionsTable } from "../../src/options/table.ts";
import type { Catalogue } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";

const root = packageRoot();
const choices = catalogue.flatMap((option) => (option.kind === "choice" ? option.choices : []));
/** A choice that brings nothing has a name like "none", which is a word of other things too. */
const named = choices.filter(({ bare }) => bare !== true);
const sources = ["src", "generators"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path)),
);

describe("law 1: a choice is stated once", () => {
  test.each(sources.filter((path) => !path.endsWith("options/catalogue.ts")))(
    "%s names no choice",
    (path) => {
      const text = readFileSync(join(root, path), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      for (const { id } of named) expect(text).not.toMatch(new RegExp(`["'\`]${id}["'\`]`));
    },
  );

  test("one entry gives the flag, question, schema, help, table and matrix", () => {
    const extended: Catalogue = [
      ...catalogue,
      {
        kind: "choice",
        id: "taste",
        label: "Taste",
        hint: "of the thing",
        question: "How does it taste?",
        group: "Data",
        change: {},
        default: "sweet",
        choices: [
          { id: "sweet", label: "Sweet", hint: "sugar" },
          { id: "sour", label: "Sour", hint: "lemon" },
        ],
      },
    ];
    expect(parseArguments(["--taste", "sour"], extended).answers).toEqual({ taste: "sour" });
    expect(questions({}, extended).at(-1)).toMatchObject({
      name: "taste",
      message: "How does it taste?",
      position: "Data 2/4",
    });
    expect(parseAnswers({}, extended).selection).toMatchObject({ taste: "sweet" });
    expect(jsonSchema(extended)).toHaveProperty("properties.taste.enum", ["sweet", "sour"]);
    expect(helpText(extended)).toMatch(/--taste CHOICE[\s\S]*sour +Sour: lemon/);
    expect(optionsTable(extended)).toContain("| `--taste` | `sweet` (default), `sour` |");
    expect(everySelection(extended)).toHaveLength(2 * everySelection().length);
  });
});
