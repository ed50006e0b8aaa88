import * as z from "zod/mini";
import { catalogue as ours } from "./catalogue.ts";
import { type Exclusion, exclusions } from "./resolve.ts";
import type { Catalogue, Option } from "./types.ts";

/** The shape of one answer. */
const answerSchema = (option: Option): z.ZodMiniType<string> =>
  option.kind === "choice"
    ? z.enum(option.choices.map((choice) => choice.id))
    : z
        .string()
        .check(z.maxLength(option.maxLength), z.regex(new RegExp(`^(?:${option.pattern})$`, "u")));

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
      ...exclusions(catalogue).map(exclusionSchema),
      ...catalogue.flatMap(conditionSchemas),
      ...required.filter((option) => option.kind === "text").map(emptySchema),
      ...required.filter((option) => !isAlways(option)).map(requiredSchema),
    ],
  };
};

const described = ({ label, hint, default: usual, required }: Option) => ({
  title: label,
  description: hint,
  ...(typeof usual === "string" && required === undefined ? { default: usual } : {}),
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
const requiredSchema = (option: Option): object => {
  const has = option.kind === "text" ? {} : (option.appliesWhen?.has ?? {});
  const asked = Object.entries(has).map(([id, choices]) => [id, { enum: choices }]);
  return {
    $comment: option.required?.reason,
    if: { type: "object", required: Object.keys(has), properties: Object.fromEntries(asked) },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { type: "object", required: [option.id] },
  };
};

const exclusionSchema = ({ option, choice, other, others, reason }: Exclusion): object => ({
  $comment: reason,
  not: {
    type: "object",
    required: [option, other],
    properties: { [option]: { const: choice }, [other]: { enum: others } },
  },
});

/** An option that applies beside some choices only; where nothing is said, defaults decide. */
const conditionSchemas = (option: Option): readonly object[] => {
  if (option.kind === "text" || option.appliesWhen === undefined) return [];
  const { has, reason } = option.appliesWhen;
  return Object.entries(has).map(([other, choices]) => ({
    $comment: reason,
    if: { type: "object", required: [option.id], properties: { [option.id]: true } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { type: "object", properties: { [other]: { enum: choices } } },
  }));
};
