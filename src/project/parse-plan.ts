import * as z from "zod/mini";
import { list, matching } from "../shapes.ts";
import { DIRECTORY } from "./names.ts";
import { asWritten, FORM, formOf, fromJson, planError, REMAKE } from "./plan-file.ts";

const hash = matching(/^[0-9a-f]{40}$/);
const digest = matching(/^[0-9a-f]{64}$/);

const texts = z.readonly(z.record(z.string(), z.string()));

const plannedFile = z.readonly(
  z.strictObject({
    path: z.string(),
    /** `leave`: it is there already as it would be written. */
    does: z.enum(["write", "leave", "replace", "keep"]),
    mode: z.enum(["600", "644", "755"]),
    /** The git blob hash; absent for what holds secrets, which are made when it is written. */
    hash: z.optional(hash),
    /** The preset that brings it. */
    by: z.optional(z.string()),
    /** That of what is there and is replaced or kept. */
    before: z.optional(hash),
  }),
);

/** The preset that a plan was made with, and where that was. */
const plannedPreset = z.readonly(
  z.strictObject({
    from: z.string(),
    name: z.string(),
    version: z.string(),
    hash: digest,
    /** Files of ours that it replaces, and why. */
    replaces: texts,
  }),
);

const planFileSchema = z.readonly(
  z.strictObject({
    plan: z.literal(FORM),
    /** The version of create-secure-api that made it. */
    generator: z.string(),
    preset: z.nullable(plannedPreset),
    /** As the user wrote it. */
    directory: matching(DIRECTORY),
    options: z.readonly(z.record(z.string(), z.union([z.string(), list(z.string())]))),
    /** A SHA-256 hash of each layer that is in, by its name. */
    layers: z.readonly(z.record(z.string(), digest)),
    /** Packages with their versions, by group. */
    dependencies: z.readonly(z.record(z.string(), list(z.string()))),
    /** What was said of files that are there; null when nothing was, or when each was asked for. */
    existing: z.nullable(z.enum(["keep", "replace", "replace-all", "refuse"])),
    /** What else is in the folder. */
    found: list(z.string()),
    files: list(plannedFile),
    /** SHA-256 of all the above. */
    sha256: digest,
  }),
);

/** What would be written, for review and for `apply`. */
export type PlanFile = z.infer<typeof planFileSchema>;
export type PlannedFileEntry = z.infer<typeof plannedFile>;

/**
 * Reads a plan.
 * @param shown the file as the user wrote it, for messages
 * @param version of create-secure-api, which has to be the one that made it
 * @throws UserError when it is none, is of another form or version, or is not as it was written
 */
export const parsePlan = (text: string, shown: string, version: string): PlanFile => {
  const data = fromJson(text);
  const form = formOf(data);
  if (form === undefined) {
    throw planError("This is no plan of create-secure-api.", shown, REMAKE);
  }
  if (form !== FORM) {
    const what = `This is a plan of form ${form}; this version reads form ${FORM}.`;
    throw planError(what, shown, REMAKE);
  }
  const plan = planFileSchema.safeParse(data).data;
  return asWritten(plan, { text, shown, version, remake: REMAKE });
};
