import * as z from "zod/mini";
import { excerpt, UserError } from "../errors.ts";
import { catalogue as ours } from "./catalogue.ts";
import { asAnswer } from "./flags.ts";
import { choiceSuggestion, suggestion } from "./nearest.ts";
import { chosen, type Offering } from "./resolve.ts";
import { parseAnswer } from "./schema.ts";
import type { Catalogue, Option } from "./types.ts";
import { parseYaml } from "./yaml.ts";

/** What would move a terminal, or show text in another order than it is read in. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const text = (most: number, ...more: readonly z.core.$ZodCheck<string>[]) =>
  z.string("must be text").check(
    z.trim(),
    z.minLength(1, "must not be empty"),
    z.maxLength(most, `must have at most ${most} characters`),
    z.refine((value) => !INVISIBLE.test(value), "must be one line, without control characters"),
    ...more,
  );

const sentence = text(300);
const id = text(100);
const whole = z.pipe(
  z.string("must be a whole number").check(z.regex(/^\d{1,15}$/, "must be a whole number")),
  z.transform(Number),
);

/** By option, or by setting. */
const byId = <Value extends z.ZodMiniType>(value: Value) =>
  z._default(z.readonly(z.record(id, value, "must be one entry a line")), {});

const bounds = z.readonly(
  z.strictObject({
    min: z.optional(whole),
    max: z.optional(whole),
    default: z.optional(whole),
    reason: sentence,
  }),
);

const choices = z.array(id, "must be a list").check(z.minLength(1));

const fields = z.strictObject({
  name: text(80, z.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be small words joined by '-'")),
  version: text(40, z.regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/, "must be like 1.2.3")),
  /** Who decides, for a person. */
  organisation: text(60),
  /** Taken where nothing else is said. */
  defaults: byId(text(200)),
  /** The only choice. */
  locked: byId(z.readonly(z.strictObject({ choice: id, reason: sentence }))),
  /** The only choices. */
  allowed: byId(z.readonly(z.strictObject({ choices: z.readonly(choices), reason: sentence }))),
  /** Has to be answered: no default is taken. */
  required: byId(sentence),
  /** What the number of a setting may be. */
  settings: byId(bounds),
  /** Findings of a check that no team may accept, or all of a verdict. */
  unwaivable: byId(sentence),
  /** The folder of the organisation's own layers, beside this file. */
  layers: z.optional(text(100)),
  /** Files of ours that a layer replaces, and why. */
  replaces: byId(sentence),
});
const manifestSchema = z.readonly(fields);

/** What an organisation has decided for its projects, checked against the catalogue. */
export type Policy = z.infer<typeof manifestSchema>;
export type Bounds = z.infer<typeof bounds>;

/**
 * Reads the file of a preset.
 * @param shown the file as the user knows it, for messages
 * @throws UserError that says what is wrong, where, and what to do
 */
export const parsePolicy = (
  content: string,
  shown: string,
  catalogue: Catalogue = ours,
): Policy => {
  const result = manifestSchema.safeParse(parseYaml(content, shown, "preset"));
  if (!result.success) throw schemaError(result.error, shown);
  checkPolicy(result.data, shown, catalogue);
  return result.data;
};

const KEYS = Object.keys(fields.shape);

const schemaError = ({ issues }: z.core.$ZodError, shown: string): UserError => {
  const [issue] = issues;
  const path = (issue?.path ?? []).map((key) => excerpt(String(key)));
  const more = issues.length > 1 ? ` ${issues.length - 1} more like this.` : "";
  const where = [shown, path.join(".")].filter((part) => part !== "").join(": ");
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const known = path.length === 0 ? KEYS : [];
    const fix =
      known.length === 0 ? "Remove it; docs/presets.md lists the keys." : suggestion(key, known);
    return presetError(`There is no key '${excerpt(key)}'.${more}`, where, fix);
  }
  const absent = issue?.code === "invalid_type" && issue.input === undefined;
  const what = path.length === 0 ? "It holds no preset" : `It ${issue?.message}`;
  const isMissing = absent || issue?.message === undefined;
  return presetError(
    `${isMissing && path.length > 0 ? "It is missing or no text" : what}.${more}`,
    where,
    "Correct the preset; docs/presets.md documents its format.",
  );
};

export const presetError = (what: string, where: string, fix: string, cause?: unknown): UserError =>
  new UserError(what, where, fix, { code: "preset", cause });

/** Whatever the catalogue does not have, or what the preset says against itself. */
const checkPolicy = (policy: Policy, shown: string, catalogue: Catalogue): void => {
  const at = (...path: readonly string[]) =>
    `${shown}: ${path.map((key) => excerpt(key)).join(".")}`;
  for (const option of Object.keys(policy.required)) {
    optionOf(option, at("required", option), catalogue);
  }
  for (const [option, { choice }] of Object.entries(policy.locked)) {
    const where = at("locked", option);
    const found = offeringOf(option, where, catalogue);
    for (const one of choicesIn(found, choice)) checkChoice(found, one, `${where}.choice`);
    if (policy.allowed[option] === undefined) continue;
    throw presetError("It is locked and allowed.", where, "Say one of the two.");
  }
  for (const [option, { choices }] of Object.entries(policy.allowed)) {
    const where = at("allowed", option);
    const found = offeringOf(option, where, catalogue);
    for (const choice of choices) checkChoice(found, choice, `${where}.choices`);
  }
  for (const [option, value] of Object.entries(policy.defaults)) {
    checkDefault(policy, optionOf(option, at("defaults", option), catalogue), value, at);
  }
  checkUnwaivable(policy, at);
  for (const [name, { min = 0, max = min }] of Object.entries(policy.settings)) {
    if (min <= max) continue;
    throw presetError("min is above max.", at("settings", name), "Turn them round.");
  }
};

const checkUnwaivable = (
  { unwaivable }: Policy,
  at: (...path: readonly string[]) => string,
): void => {
  const odd = Object.keys(unwaivable).find(
    (finding) => !/^(?:weakened|missing|advisories)(?::|$)/.test(finding),
  );
  if (odd === undefined) return;
  const fix = "Name weakened, missing or advisories, or a finding as check lists it.";
  throw presetError("It is no finding that can be waived.", at("unwaivable", odd), fix);
};

const checkDefault = (
  { allowed, locked }: Policy,
  option: Option,
  value: string,
  at: (...path: readonly string[]) => string,
): void => {
  const where = at("defaults", option.id);
  if (option.kind === "text") {
    try {
      parseAnswer(option, value);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw presetError(error.what, where, error.fix, error);
    }
    return;
  }
  const only = locked[option.id]?.choice;
  const choices = only === undefined ? allowed[option.id]?.choices : choicesIn(option, only);
  for (const choice of choicesIn(option, value)) {
    checkChoice(option, choice, where);
    if (choices?.includes(choice) !== false) continue;
    const fix = `Take one of ${choices.join(", ")}, or leave it out.`;
    throw presetError(`${choice} is not among what it allows.`, where, fix);
  }
};

const optionOf = (id: string, where: string, catalogue: Catalogue): Option => {
  const option = catalogue.find((candidate) => candidate.id === id);
  if (option !== undefined) return option;
  const ids = catalogue.map((candidate) => candidate.id);
  throw presetError(`There is no option '${excerpt(id)}'.`, where, suggestion(id, ids));
};

/** The choices that a preset names as an answer: one, or several with commas between them. */
export const choicesIn = (option: Offering, text: string): readonly string[] => [
  ...chosen(asAnswer(option.id, text, [option])),
];

const offeringOf = (id: string, where: string, catalogue: Catalogue): Offering => {
  const option = optionOf(id, where, catalogue);
  if (option.kind !== "text") return option;
  throw presetError(
    `${option.label} has no choices.`,
    where,
    "Write it below required or defaults.",
  );
};

const checkChoice = (option: Offering, choice: string, where: string): void => {
  if (option.choices.some((candidate) => candidate.id === choice)) return;
  const what = `${option.label} has no choice '${excerpt(choice)}'.`;
  throw presetError(what, where, choiceSuggestion(choice, option.choices));
};
