import * as z from "zod";
import { catalogue as ours } from "./catalogue.ts";
import { type Exclusion, exclusions } from "./resolve.ts";
import type { Catalogue, Option } from "./types.ts";

/** The shape of one answer. */
const answerSchema = (option: Option): z.ZodType<string> =>
  option.kind === "choice"
    ? z.enum(option.choices.map((choice) => choice.id))
    : z
        .string()
        .max(option.maxLength)
        .regex(new RegExp(`^(?:${option.pattern})$`, "u"));

/** The JSON Schema of a file of answers, for editors and other programs. */
export const jsonSchema = (catalogue: Catalogue = ours): object => {
  const shape = Object.fromEntries(
    catalogue.map((option) => [
      option.id,
      answerSchema(option).optional().meta({ title: option.label, description: option.hint }),
    ]),
  );
  return {
    ...z.toJSONSchema(z.strictObject(shape)),
    allOf: [...exclusions(catalogue).map(exclusionSchema), ...catalogue.flatMap(conditionSchemas)],
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
