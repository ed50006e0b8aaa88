import * as z from "zod/mini";
import { excerpt } from "../errors.ts";
import { list, matching } from "../shapes.ts";
import { DIRECTORY } from "./names.ts";
import { asWritten, digestOf, fromJson, planError } from "./plan-file.ts";

const FORM = 1;
/** The most differences that a message lists. */
const MOST = 8;

const digest = matching(/^[0-9a-f]{64}$/);

const planned = z.readonly(
  z.strictObject({
    path: z.string(),
    does: z.enum(["write", "delete"]),
    conflict: z.optional(z.literal(true)),
    executable: z.optional(z.literal(true)),
    /** SHA-256 of what is written. */
    hash: z.optional(digest),
  }),
);

const updatePlanSchema = z.readonly(
  z.strictObject({
    update: z.literal(FORM),
    /** The version of create-secure-api that made it. */
    generator: z.string(),
    title: z.string(),
    /** As the user wrote it. */
    directory: matching(DIRECTORY),
    /** git's tree of the project, as it is committed. */
    tree: matching(/^[0-9a-f]{40,64}$/),
    /** The version that the project is from, and will be. */
    from: z.string(),
    to: z.string(),
    options: z.readonly(z.record(z.string(), z.union([z.string(), list(z.string())]))),
    /** The preset as it was named. */
    preset: z.nullable(z.string()),
    /** The packed file of the old version, as it was named. */
    package: z.nullable(z.string()),
    /** The advisories whose fix alone is applied; null for everything. */
    only: z.nullable(list(z.string())),
    files: list(planned),
    /** SHA-256 of all the above. */
    sha256: digest,
  }),
);

/** What an update would do, for review and for `apply`. */
export type UpdatePlan = z.infer<typeof updatePlanSchema>;
export type PlannedChange = z.infer<typeof planned>;

/** Ends a plan with the hash by which an edit is found. */
export const sealedUpdate = (plan: Omit<UpdatePlan, "update" | "sha256">): UpdatePlan => {
  const content = { update: FORM, ...plan } as const;
  return { ...content, sha256: digestOf(content) };
};

const REMAKE = "Make it anew with --plan FILE.";

/**
 * Reads the plan of an update.
 * @param shown the file as the user wrote it, for messages
 * @param version of create-secure-api, which has to be the one that made it
 * @throws UserError when it is of another form or version, or is not as it was written
 */
export const parseUpdatePlan = (text: string, shown: string, version: string): UpdatePlan => {
  const plan = updatePlanSchema.safeParse(fromJson(text)).data;
  return asWritten(plan, { text, shown, version, remake: REMAKE });
};

/**
 * Refuses a plan that would not be followed to the letter.
 * @param now what would be planned today, in the same place
 * @throws UserError that says what differs
 */
export const checkUpdatePlan = (plan: UpdatePlan, now: UpdatePlan, shown: string): void => {
  if (plan.tree !== now.tree) {
    const what = "The project has other commits than when it was planned.";
    throw planError(what, shown, "Plan anew for the project as it is.");
  }
  const today = new Map(now.files.map((file) => [file.path, JSON.stringify(file)]));
  const before = new Map(plan.files.map((file) => [file.path, JSON.stringify(file)]));
  const differing = [...new Set([...before.keys(), ...today.keys()])].filter(
    (path) => before.get(path) !== today.get(path),
  );
  if (differing.length === 0 && plan.from === now.from && plan.to === now.to) return;
  const names = differing.slice(0, MOST).map((path) => excerpt(path));
  const more = differing.length > MOST ? ` and ${differing.length - MOST} more` : "";
  throw planError(`It would come to something else: ${names.join(", ")}${more}.`, shown, REMAKE);
};
