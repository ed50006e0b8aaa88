import { createHash } from "node:crypto";
import { excerpt, UserError } from "../errors.ts";
import { written } from "../options/resolve.ts";
import type { PlanFile, PlannedFileEntry } from "./parse-plan.ts";
import type { PresetMark } from "./preset.ts";

/** Which form of a plan this version writes and reads. */
export const FORM = 1;

/** Ends a plan with the hash by which an edit is found. */
export const sealed = (plan: Omit<PlanFile, "plan" | "sha256">): PlanFile => {
  const content = { plan: FORM, ...plan } as const;
  return { ...content, sha256: digestOf(content) };
};

/** The hash by which an edit of a plan is found. */
export const digestOf = (content: object): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex");

/** A plan as text: the same plan is always the same bytes, with a line for each file. */
export const planText = (plan: { readonly files: readonly object[] }): string => {
  const files = plan.files.map((file) => `\n    ${JSON.stringify(file)}`).join(",");
  // A function, since `$` in a replacement has a meaning.
  return `${JSON.stringify({ ...plan, files: [] }, null, 2).replace(
    '\n  "files": []',
    () => `\n  "files": [${files}\n  ]`,
  )}\n`;
};

export const REMAKE = "Make it anew with --plan FILE and the answers that you want.";

/** A plan of our largest project has some 60 kB. */
const MOST_BYTES = 4_000_000;

/** The data of a plan's text; undefined where it is no JSON, or longer than any plan. */
export const fromJson = (text: string): unknown => {
  if (text.length > MOST_BYTES) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const formOf = (data: unknown): number | undefined =>
  typeof data === "object" && data !== null && "plan" in data && typeof data.plan === "number"
    ? data.plan
    : undefined;

type Written = {
  readonly generator: string;
  readonly files: readonly object[];
  readonly sha256: string;
};

/** What a plan is read with. */
type Reading = {
  readonly text: string;
  /** The file as the user wrote it. */
  readonly shown: string;
  /** Of create-secure-api. */
  readonly version: string;
  /** How to come by another plan. */
  readonly remake: string;
};

/**
 * Returns a plan that is as it was written, by this version.
 * @param plan undefined where the text has not its form
 * @throws UserError that says what to do
 */
export const asWritten = <Plan extends Written>(
  plan: Plan | undefined,
  { text, shown, version, remake }: Reading,
): Plan => {
  // Compared as text, too: what a reader sees and what a parser takes are then the same.
  if (plan === undefined || !isSealed(plan) || planText(plan) !== text.replaceAll("\r\n", "\n")) {
    throw planError("This plan has been edited since it was written.", shown, remake);
  }
  if (plan.generator === version) return plan;
  const what = `It was made by create-secure-api ${excerpt(plan.generator)}; this is ${version}.`;
  throw planError(what, shown, "Apply it with that version, or plan anew with this one.");
};

const isSealed = ({ sha256, ...content }: Written): boolean => digestOf(content) === sha256;

/** Whether a text is a plan of any form, of a project that is new or of an update. */
export const isPlan = (text: string): boolean => {
  const data = fromJson(text);
  const isOne = formOf(data) !== undefined || isUpdatePlan(data);
  return isOne && typeof data === "object" && data !== null && "sha256" in data;
};

/** Whether data is the plan of an update, as opposed to that of a new project. */
export const isUpdatePlan = (data: unknown): boolean =>
  typeof data === "object" && data !== null && "update" in data && typeof data.update === "number";

export const planError = (what: string, shown: string, fix: string): UserError =>
  new UserError(what, shown, fix, { code: "plan" });

/**
 * Refuses a plan that was made with another preset than there is.
 * @throws UserError that says which
 */
export const checkPlannedPreset = (
  { preset }: PlanFile,
  now: PresetMark | undefined,
  shown: string,
): void => {
  const told = (mark: PresetMark | undefined) =>
    mark === undefined ? "without a preset" : `with ${excerpt(mark.name)} ${excerpt(mark.version)}`;
  const planned = preset ?? undefined;
  if (told(planned) !== told(now)) {
    throw planError(
      `It was made ${told(planned)}, and would be applied ${told(now)}.`,
      shown,
      REMAKE,
    );
  }
  if (planned?.hash === now?.hash) return;
  throw planError(`The preset ${now?.name} has been changed since.`, shown, REMAKE);
};

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
  ...changed(answers(plan.options), answers(now.options), "The answer"),
  ...changed(plan.layers, now.layers, "The layer"),
  ...changed(joined(plan.dependencies), joined(now.dependencies), "The packages of the group"),
];

const answers = (options: PlanFile["options"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(options).map(([id, answer]) => [id, written(answer)]));

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
      const shown = `${kind} ${excerpt(name)}`;
      if (now[name] === undefined) return `${shown} is not there any more.`;
      return `${shown} is ${before[name] === undefined ? "new" : "another one"}.`;
    });

const folderDifferences = (plan: PlanFile, now: PlanFile): readonly string[] => {
  const today = new Map(now.files.map((file) => [file.path, file]));
  const gone = plan.found.filter((name) => !now.found.includes(name));
  const added = now.found.filter((name) => !plan.found.includes(name));
  return [
    ...added.map((name) => `${excerpt(name)} was not there when it was planned.`),
    ...gone.map((name) => `${excerpt(name)} is not there any more.`),
    ...plan.files.flatMap((file) => {
      const found = today.get(file.path);
      return found === undefined ? [] : placeDifference(file, found);
    }),
  ];
};

const placeDifference = (plan: PlannedFileEntry, now: PlannedFileEntry): readonly string[] => {
  if (plan.does === now.does && plan.before === now.before) return [];
  if (plan.does === "write") return [`${plan.path} already exists.`];
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
