import { createHash } from "node:crypto";
import { z } from "zod";
import { excerpt, UserError } from "../errors.ts";

/** Which form of a plan this version writes and reads. */
const FORM = 1;
/** A plan of our largest project has some 60 kB. */
const MOST_BYTES = 4_000_000;

const hash = z.string().regex(/^[0-9a-f]{40}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const plannedFile = z
  .strictObject({
    path: z.string(),
    /** `leave`: it is there already as it would be written. */
    does: z.enum(["write", "leave", "replace", "keep"]),
    mode: z.enum(["600", "644", "755"]),
    /** The git blob hash; absent for what holds secrets, which are made when it is written. */
    hash: hash.optional(),
    /** That of what is there and is replaced or kept. */
    before: hash.optional(),
  })
  .readonly();

const planFileSchema = z
  .strictObject({
    plan: z.literal(FORM),
    /** The version of create-secure-api that made it. */
    generator: z.string(),
    /** As the user wrote it. */
    directory: z.string().min(1),
    options: z.record(z.string(), z.string()).readonly(),
    /** A SHA-256 hash of each layer that is in, by its name. */
    layers: z.record(z.string(), digest).readonly(),
    /** Packages with their versions, by group. */
    dependencies: z.record(z.string(), z.array(z.string()).readonly()).readonly(),
    /** What was said of files that are there; null when nothing was, or when each was asked for. */
    existing: z.enum(["keep", "replace", "replace-all", "refuse"]).nullable(),
    /** What else is in the folder. */
    found: z.array(z.string()).readonly(),
    files: z.array(plannedFile).readonly(),
    /** SHA-256 of all the above. */
    sha256: digest,
  })
  .readonly();

/** What would be written, for somebody to read and for `apply` to write. */
export type PlanFile = z.infer<typeof planFileSchema>;
export type PlannedFileEntry = z.infer<typeof plannedFile>;

/** Ends a plan with the hash by which an edit is found. */
export const sealed = (plan: Omit<PlanFile, "plan" | "sha256">): PlanFile => {
  const content = { plan: FORM, ...plan } as const;
  return { ...content, sha256: digestOf(content) };
};

const digestOf = (content: Omit<PlanFile, "sha256">): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex");

/** The plan as text: the same plan is always the same bytes, with a line for each file. */
export const planText = (plan: PlanFile): string => {
  const files = plan.files.map((file) => `\n    ${JSON.stringify(file)}`).join(",");
  // A function, since `$` in a replacement has a meaning.
  return `${JSON.stringify({ ...plan, files: [] }, null, 2).replace(
    '\n  "files": []',
    () => `\n  "files": [${files}\n  ]`,
  )}\n`;
};

/**
 * Reads a plan.
 * @param shown the file as the user wrote it, for messages
 * @param version of create-secure-api, which has to be the one that made it
 * @throws UserError when it is none, is of another form or version, or is not as it was written
 */
export const parsePlan = (text: string, shown: string, version: string): PlanFile => {
  const data = text.length > MOST_BYTES ? undefined : fromJson(text);
  const form = formOf(data);
  if (form === undefined) {
    throw planError("This is no plan of create-secure-api.", shown, REMAKE);
  }
  if (form !== FORM) {
    const what = `This is a plan of form ${form}; this version reads form ${FORM}.`;
    throw planError(what, shown, REMAKE);
  }
  const result = planFileSchema.safeParse(data);
  // Compared as text, too: what a reader sees and what a parser takes are then the same.
  if (!result.success || !isAsWritten(result.data, text)) {
    throw planError("This plan is not as it was written: somebody edited it.", shown, REMAKE);
  }
  const { generator } = result.data;
  if (generator === version) return result.data;
  const what = `It was made by create-secure-api ${excerpt(generator)}; this is ${version}.`;
  throw planError(what, shown, "Apply it with that version, or plan anew with this one.");
};

const isAsWritten = ({ sha256, ...content }: PlanFile, text: string): boolean =>
  digestOf(content) === sha256 &&
  planText({ ...content, sha256 }) === text.replaceAll("\r\n", "\n");

const REMAKE = "Make it anew with --plan FILE and the answers that you want.";

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const formOf = (data: unknown): number | undefined =>
  typeof data === "object" && data !== null && "plan" in data && typeof data.plan === "number"
    ? data.plan
    : undefined;

/** Whether a text is a plan of any form. */
export const isPlan = (text: string): boolean => {
  const data = fromJson(text);
  return (
    formOf(data) !== undefined && typeof data === "object" && data !== null && "sha256" in data
  );
};

export const planError = (what: string, shown: string, fix: string): UserError =>
  new UserError(what, shown, fix, { code: "plan" });

/** The most differences that a message lists. */
const MOST = 8;

/**
 * Refuses a plan that would not be followed to the letter.
 * @param now what would be planned today, in the same place, from the plan's own answers
 * @throws UserError that says what differs
 */
export const checkPlan = (plan: PlanFile, now: PlanFile, shown: string): void => {
  for (const [differences, fix] of [
    [layerDifferences(plan, now), REMAKE],
    [folderDifferences(plan, now), "Put it back as it was, or plan anew for the folder as it is."],
    [fileDifferences(plan, now), REMAKE],
  ] as const) {
    if (differences.length === 0) continue;
    const rest = differences.length - MOST;
    const more = rest > 0 ? [`And ${rest} more.`] : [];
    throw planError([...differences.slice(0, MOST), ...more].join(" "), shown, fix);
  }
};

const layerDifferences = (plan: PlanFile, now: PlanFile): readonly string[] => [
  ...changed(plan.options, now.options, "The answer"),
  ...changed(plan.layers, now.layers, "The layer"),
  ...changed(joined(plan.dependencies), joined(now.dependencies), "The packages of the group"),
];

const joined = (groups: PlanFile["dependencies"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(groups).map(([group, names]) => [group, names.join(" ")]));

/** A sentence for each name whose value is another one. */
const changed = (
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  kind: string,
): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => before[name] !== now[name])
    .map((name) => {
      if (now[name] === undefined) return `${kind} ${name} is not there any more.`;
      return `${kind} ${name} is ${before[name] === undefined ? "new" : "another one"}.`;
    });

const folderDifferences = (plan: PlanFile, now: PlanFile): readonly string[] => {
  const today = new Map(now.files.map((file) => [file.path, file]));
  const gone = plan.found.filter((name) => !now.found.includes(name));
  const added = now.found.filter((name) => !plan.found.includes(name));
  return [
    ...added.map((name) => `${name} was not there when it was planned.`),
    ...gone.map((name) => `${name} is not there any more.`),
    ...plan.files.flatMap((file) => {
      const found = today.get(file.path);
      return found === undefined ? [] : placeDifference(file, found);
    }),
  ];
};

const placeDifference = (plan: PlannedFileEntry, now: PlannedFileEntry): readonly string[] => {
  if (plan.does === now.does && plan.before === now.before) return [];
  if (plan.does === "write") return [`${plan.path} is there already.`];
  if (now.does === "write") return [`${plan.path} is not there any more.`];
  if (plan.before !== now.before) return [`${plan.path} has been changed.`];
  const verb = (does: PlannedFileEntry["does"]) => `${does}s`;
  return [`The plan ${verb(plan.does)} ${plan.path}; --existing ${verb(now.does)} it.`];
};

const fileDifferences = (plan: PlanFile, now: PlanFile): readonly string[] => {
  const described = ({ files }: PlanFile) =>
    Object.fromEntries(files.map(({ path, mode, hash: of = "" }) => [path, `${mode} ${of}`]));
  return changed(described(plan), described(now), "The file");
};
