import * as z from "zod/mini";
import { catalogue as ours } from "./catalogue.ts";
import { type Exclusion, exclusions } from "./resolve.ts";
import type { Answer, Catalogue, Option } from "./types.ts";

/** The shape of one answer. */
const answerSchema = (option: Option): z.ZodMiniType<Answer> => {
  if (option.kind === "text") {
    const pattern = new RegExp(`^(?:${option.pattern})$`, "u");
    return z.string().check(z.maxLength(option.maxLength), z.regex(pattern));
  }
  const choice = z.enum(option.choices.map(({ id }) => id));
  return option.kind === "choice" ? choice : z.array(choice).check(z.meta({ uniqueItems: true }));
};

/** The JSON Schema of a file of answers, for editors and other programs. */
export const jsonSchema = (catalogue: Catalogue = ours): object => {
  const shape = Object.fromEntries(
    catalogue.map((option) => [
      option.id,
      z.optional(answerSchema(option)).check(z.meta(described(option))),
    ]),
  );
  const required = catalogue.filter(({ required }) => required !== undefined);
  return {
    ...z.toJSONSchema(z.strictObject(shape)),
    ...(required.length === 0 ? {} : { required: required.filter(isAlways).map(({ id }) => id) }),
    allOf: [
      ...exclusions(catalogue).map((exclusion) => exclusionSchema(exclusion, catalogue)),
      ...catalogue.flatMap((option) => conditionSchemas(option, catalogue)),
      ...required.filter((option) => option.kind === "text").map(emptySchema),
      ...required
        .filter((option) => !isAlways(option))
        .map((option) => requiredSchema(option, catalogue)),
    ],
  };
};

const described = ({ label, hint, default: usual, required }: Option) => ({
  title: label,
  description: hint,
  ...((typeof usual === "string" || Array.isArray(usual)) && required === undefined
    ? { default: usual }
    : {}),
});

/** A text that has to be given is more than spaces. */
const emptySchema = ({ id, required }: Option): object => ({
  $comment: required?.reason,
  type: "object",
  properties: { [id]: { type: "string", pattern: "\\S" } },
});

const isAlways = (option: Option): boolean =>
  option.kind === "text" || option.appliesWhen === undefined;

/** An answer that has to be given where its option applies for certain. */
const requiredSchema = (option: Option, catalogue: Catalogue): object => {
  const has = option.kind === "text" ? {} : (option.appliesWhen?.has ?? {});
  const asked = Object.entries(has).map(([id, choices]) => [id, hasOneOf(id, choices, catalogue)]);
  return {
    $comment: option.required?.reason,
    if: { type: "object", required: Object.keys(has), properties: Object.fromEntries(asked) },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { type: "object", required: [option.id] },
  };
};

const exclusionSchema = (
  { option, choice, other, others, reason }: Exclusion,
  catalogue: Catalogue,
): object => ({
  $comment: reason,
  not: {
    type: "object",
    required: [option, other],
    properties: {
      [option]: hasOneOf(option, [choice], catalogue),
      [other]: hasOneOf(other, others, catalogue),
    },
  },
});

/** An answer that is, or that holds, one of these choices. */
const hasOneOf = (id: string, choices: readonly string[], catalogue: Catalogue): object => {
  const isMany = catalogue.find((option) => option.id === id)?.kind === "many";
  return isMany ? { type: "array", contains: { enum: choices } } : { enum: choices };
};

/** An option that applies beside some choices only; where nothing is said, defaults decide. */
const conditionSchemas = (option: Option, catalogue: Catalogue): readonly object[] => {
  if (option.kind === "text" || option.appliesWhen === undefined) return [];
  const { has, reason } = option.appliesWhen;
  return Object.entries(has).map(([other, choices]) => ({
    $comment: reason,
    if: { type: "object", required: [option.id], properties: { [option.id]: true } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { type: "object", properties: { [other]: hasOneOf(other, choices, catalogue) } },
  }));
};
