import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseConfig } from "../../src/options/config.ts";
import { parseArguments } from "../../src/options/flags.ts";
import { helpText } from "../../src/options/help.ts";
import { jsonSchema } from "../../src/options/json-schema.ts";
import { everySelection, pairsOf } from "../../src/options/matrix.ts";
import { checkDecided, checkRequired, offeredBy } from "../../src/options/policy.ts";
import { parsePolicy } from "../../src/options/preset.ts";
import { questions } from "../../src/options/questions.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import { optionsTable } from "../../src/options/table.ts";
import type { Answers, Catalogue } from "../../src/options/types.ts";
import { matches, parseCondition } from "../../src/plan/condition.ts";
import { fixtureCatalogue } from "../fixtures/catalogue.ts";

const server = { environment: "production" };
const parsed = (answers: Answers, catalogue: Catalogue = fixtureCatalogue) =>
  parseAnswers({ ...server, ...answers }, catalogue).selection.extras;
const refusedWith = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return `${error.where}: ${error.what} ${error.fix}`;
    throw error;
  }
  throw new Error("it was taken");
};

test("several choices are a list, in the order of the catalogue", () => {
  expect(parsed({})).toEqual([]);
  expect(parsed({ extras: ["whistle", "bell"] })).toEqual(["bell", "whistle"]);
});

test.each([
  ["bell", "is a list of choices"],
  [["bel"], "bell"],
  [["bell", "bell"], "is listed twice"],
  [[["bell"]], "no choice"],
  [{ bell: true }, "is a list of choices"],
])("%j is refused", (extras, reason) => {
  expect(refusedWith(() => parsed({ extras }))).toContain(reason);
});

test("each of them goes with the other choices, or is refused with the reason", () => {
  const answers = { store: "file", extras: ["bell", "whistle"] };
  const message = refusedWith(() => parseAnswers(answers, fixtureCatalogue));
  expect(message).toContain("File does not go with --extras whistle: a file cannot hear it");
  expect(parseAnswers({ extras: ["bell"] }, fixtureCatalogue).selection.extras).toEqual(["bell"]);
  expect(parseAnswers({ extras: ["whistle"] }, fixtureCatalogue).selection.store).toBe("server");
});

test("a flag has commas between them, and a word for none", () => {
  const flag = (value: string) => parseArguments(["--extras", value], fixtureCatalogue).answers;
  expect(flag("bell,whistle")).toEqual({ extras: ["bell", "whistle"] });
  expect(flag("bell, whistle")).toEqual({ extras: ["bell", "whistle"] });
  expect(flag("none")).toEqual({ extras: [] });
  expect(refusedWith(() => parsed(flag("bell,,whistle")))).toContain('no choice ""');
  expect(refusedWith(() => parsed(flag("none,bell")))).toContain('no choice "none"');
});

test("a file has a list", () => {
  const read = (text: string) => parseConfig(text, "answers.yaml", fixtureCatalogue);
  expect(read("extras: [bell]\n")).toEqual({ extras: ["bell"] });
  expect(read("extras: []\n")).toEqual({ extras: [] });
  expect(refusedWith(() => read("extras: bell\n"))).toContain("[bell, whistle]; [] is none");
  expect(refusedWith(() => read("extras: [[bell]]\n"))).toContain("neither text nor a list");
});

test("the schema of a file takes what the generator takes", () => {
  const validate = new Ajv2020({ strict: true }).compile(jsonSchema(fixtureCatalogue));
  for (const selection of everySelection(fixtureCatalogue)) expect(validate(selection)).toBe(true);
  for (const extras of ["bell", ["bel"], ["bell", "bell"]])
    expect(validate({ extras })).toBe(false);
  expect(validate({ store: "file", extras: ["bell"] })).toBe(true);
  expect(validate({ store: "file", extras: ["bell", "whistle"] })).toBe(false);
});

test("help and table name every choice, and none", () => {
  expect(helpText(fixtureCatalogue)).toMatch(
    /--extras CHOICE\[,CHOICE…\]\n.*\n +none +none of them \(default\)\n +bell +Bell: rings/,
  );
  expect(optionsTable(fixtureCatalogue)).toContain(
    "| `--extras` | `none` (default), `bell`, `whistle` |",
  );
});

test("one question asks for all that fit", () => {
  const [question] = questions({}, fixtureCatalogue).filter(({ name }) => name === "extras");
  if (question?.type !== "checkbox") throw new Error("extras are no list");
  const values = (answers: Answers) => question.choices(answers).map(({ value }) => value);
  expect(question.when({})).toBe(true);
  expect(values({ store: "server" })).toEqual(["bell", "whistle"]);
  expect(values({ store: "file" })).toEqual(["bell"]);
  expect(question.default({})).toEqual([]);
});

test("a layer is in when one of its choices is", () => {
  const condition = parseCondition("extras=bell", fixtureCatalogue);
  expect(matches(condition, { extras: ["bell", "whistle"] })).toBe(true);
  expect(matches(condition, { extras: ["whistle"] })).toBe(false);
  expect(matches(condition, { extras: [] })).toBe(false);
});

test("the matrix has every set of them", () => {
  const sets = new Set(everySelection(fixtureCatalogue).map(({ extras }) => String(extras)));
  expect(sets).toEqual(new Set(["", "bell", "whistle", "bell,whistle"]));
  expect(pairsOf({ store: "server", extras: ["bell", "whistle"] })).toContain(
    "extras=bell extras=whistle",
  );
  expect(pairsOf({ store: "file", extras: [] })).toContain("store=file extras=none");
});

const preset = (lines: string) =>
  parsePolicy(
    `name: acme\nversion: 1.0.0\norganisation: Acme\n${lines}`,
    "preset.yaml",
    fixtureCatalogue,
  );
const checked = (lines: string, answers: Answers) =>
  checkDecided(preset(lines), answers, undefined, fixtureCatalogue);

test("a preset locks a set of them", () => {
  const lines = "locked: { extras: { choice: 'bell', reason: We ring. } }\n";
  const offered = offeredBy(preset(lines), fixtureCatalogue);
  expect(parsed({}, offered)).toEqual(["bell"]);
  expect(
    questions({}, offered)
      .find(({ name }) => name === "extras")
      ?.when({}),
  ).toBe(false);
  for (const extras of [[], ["bell", "whistle"]]) {
    expect(refusedWith(() => checked(lines, { extras }))).toContain("We ring.");
  }
  checked(lines, { extras: ["bell"] });
  const none = "locked: { extras: { choice: none, reason: We are silent. } }\n";
  expect(parsed({}, offeredBy(preset(none), fixtureCatalogue))).toEqual([]);
  expect(refusedWith(() => checked(none, { extras: ["bell"] }))).toContain("allows none");
});

test("a preset narrows them, has its own default, or asks for an answer", () => {
  const lines =
    "allowed: { extras: { choices: [whistle], reason: No bells. } }\ndefaults: { extras: whistle }\n";
  expect(parsed({}, offeredBy(preset(lines), fixtureCatalogue))).toEqual(["whistle"]);
  expect(refusedWith(() => checked(lines, { extras: ["bell", "whistle"] }))).toContain("No bells.");
  checked(lines, { extras: [] });
  expect(refusedWith(() => preset("defaults: { extras: 'bell,whistl' }\n"))).toContain("whistle");
  expect(
    refusedWith(() =>
      preset(`${lines.replace("defaults: { extras: whistle", "defaults: { extras: bell")}`),
    ),
  ).toContain("not among");
  const asked = preset("required: { extras: Say what you hear. }\n");
  const catalogue = offeredBy(asked, fixtureCatalogue);
  expect(refusedWith(() => checkRequired(asked, {}, catalogue))).toContain("Say what you hear.");
  checkRequired(asked, { extras: [] }, catalogue);
});
