import * as z from "zod/mini";
import { identifier, proofName } from "../plan/manifest.ts";
import { within } from "../plan/within.ts";
import { matching, parsed, some } from "../shapes.ts";
import type { Mutant } from "./mutants.ts";

/** As text, or line by line. */
const code = z.union([z.string(), some(z.string())]);

const joined = (text: z.infer<typeof code>): string =>
  typeof text === "string" ? text : text.join("\n");

const mutant = z
  .strictObject({
    id: identifier,
    file: z.optional(matching(/^[^\p{Cc}]+$/u, "must be one line of text")),
    text: code,
    instead: code,
    test: z.optional(proofName),
  })
  .check(
    z.refine(({ text }) => joined(text).trim() !== "", "text is blank"),
    z.refine(({ text, instead }) => joined(text) !== joined(instead), "instead is equal to text"),
  );

/** `mutants.json`: by id of a control of the layer, or of one that another chosen layer has. */
const mutantsSchema = z.record(identifier, some(mutant));

/**
 * Reads a `mutants.json`.
 * @param place where it lies, for messages
 * @throws Error that names the file, the place in it and what is wrong
 */
export const parseMutants = (place: string, text: string): readonly Mutant[] =>
  within(place, () =>
    Object.entries(parsed(mutantsSchema, JSON.parse(text))).flatMap(([control, mutants]) =>
      mutants.map((mutant) => ({
        ...mutant,
        control,
        text: joined(mutant.text),
        instead: joined(mutant.instead),
      })),
    ),
  );
