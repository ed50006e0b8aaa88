import * as z from "zod/mini";
import { excerpt, quoted, UserError } from "../errors.ts";
import { catalogue as ours } from "../options/catalogue.ts";
import { parseGiven } from "../options/schema.ts";
import type { Catalogue } from "../options/types.ts";
import { pathClash, pathFault } from "../render/paths.ts";
import { list, matching } from "../shapes.ts";
import { isSecret, RECORD_KEY, RECORD_PATH, sealOf } from "./record.ts";
import { compareVersions, isVersion } from "./versions.ts";

/** A record of our largest project has some 20 kB, and more with each file that was merged. */
const MOST_BYTES = 4_000_000;
const MOST_FILES = 5_000;

/** The only version that wrote records without a seal. */
const UNSEALED = "0.1.0";

const hash = matching(/^[0-9a-f]{40}$/, "must be a hash of 40 hexadecimal digits");
const digest = matching(/^[0-9a-f]{64}$/, "must be a hash of 64 hexadecimal digits");
const text = z.string("must be text");

const recordSchema = z.readonly(
  z.strictObject({
    /** The version of create-secure-api that the files are from. */
    version: text.check(z.refine(isVersion, "must be a version like 1.2.3")),
    /** The preset that was used; absent: none. */
    preset: z.optional(z.readonly(z.strictObject({ name: text, version: text, hash: digest }))),
    options: z.readonly(
      z.record(text, z.union([text, list(text)], "must be text, or a list of texts")),
    ),
    /** The git blob hash of each file as it was rendered. */
    files: z.readonly(z.record(text, hash)),
    /** Those of them that can be run. */
    executable: z.optional(list(text)),
    /** Where migrations of ours are in the project, by where they were rendered; absent: the same. */
    placed: z.optional(z.readonly(z.record(text, text))),
    /** The advisories whose fix was applied alone. */
    fixes: z.optional(list(matching(/^CSA-\d{4}-\d{3,}$/, "must be like CSA-2026-001"))),
    /** The text of files as they were rendered that no commit holds, compressed by Brotli, as base64. */
    pristine: z.optional(
      z.readonly(z.record(text, matching(/^[A-Za-z0-9+/]+={0,2}$/, "must be base64"))),
    ),
    /** SHA-256 of all the above. */
    sha256: z.optional(digest),
  }),
);

/** What a project was made of. */
export type ProjectRecord = z.infer<typeof recordSchema>;

/** A record and the file that it was found in. */
export type FoundRecord = {
  readonly record: ProjectRecord;
  /** What the file says, with what it keeps for other generators. */
  readonly found: object;
};

const RESTORE =
  "Restore the file as it was committed: git log -- .yo-rc.json shows when it was changed.";

/** A project whose record cannot be used. */
export const recordError = (
  what: string,
  where: string,
  fix = RESTORE,
  cause?: unknown,
): UserError => new UserError(what, where, fix, { code: "record", cause });

/**
 * Reads the record of a project.
 * @param shown the file as the user knows it, for messages
 * @param version of create-secure-api that reads it
 * @throws UserError that says what is wrong with it, and where
 */
export const parseRecord = (
  content: string,
  shown: string,
  version: string,
  catalogue: Catalogue = ours,
): FoundRecord => {
  const found = fileOf(content, shown);
  const data = Object.entries(found).find(([key]) => key === RECORD_KEY)?.[1];
  if (data === undefined) {
    const what = "It has no record of create-secure-api.";
    throw recordError(what, shown, "Give the folder of a project that create-secure-api made.");
  }
  checkNewer(data, shown, version);
  const result = recordSchema.safeParse(data, { reportInput: true });
  if (!result.success) throw schemaError(result.error, shown);
  const record = result.data;
  checkSeal(record, data, shown);
  checkPaths(record, shown);
  checkOptions(record, shown, catalogue);
  return { record, found };
};

const fileOf = (content: string, shown: string): object => {
  if (content.length > MOST_BYTES) throw recordError("It is too large for a record.", shown);
  if (/^<{7} /m.test(content)) {
    const fix =
      "Take one side's (git checkout --ours or --theirs -- .yo-rc.json), then run the update again.";
    throw recordError("It has conflicts that git left in it.", shown, fix);
  }
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch (error) {
    const why = error instanceof Error ? excerpt(error.message, 120) : "";
    throw recordError(`It is not valid JSON (${why}).`, shown, RESTORE, error);
  }
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  throw recordError("It is no object.", shown);
};

/** What a later version writes may have another shape: that is no fault of the file. */
const checkNewer = (data: unknown, shown: string, version: string): void => {
  if (typeof data !== "object" || data === null || !("version" in data)) return;
  const { version: made } = data;
  if (typeof made !== "string" || !isVersion(made) || compareVersions(made, version) <= 0) return;
  const what = `The project is from create-secure-api ${made}; this is ${version}.`;
  throw recordError(what, shown, `Use that version or a later one: npx create-secure-api@${made}`);
};

const schemaError = ({ issues }: z.core.$ZodError, shown: string): UserError => {
  const [issue] = issues;
  const keys = (issue?.path ?? []).map((key) => excerpt(String(key)));
  const where = keys.length === 0 ? shown : `${shown}: ${keys.join(".")}`;
  const more = issues.length > 1 ? ` ${issues.length - 1} more like this.` : "";
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return recordError(`There is no key ${quoted(key)}.${more}`, where);
  }
  const isMissing = issue?.code === "invalid_type" && issue.input === undefined;
  const words = issue?.message.startsWith("must") === true ? `It ${issue.message}` : undefined;
  const what = isMissing ? "It is missing" : (words ?? "It is of another type than a record has");
  return recordError(`${what}.${more}`, where);
};

const checkSeal = ({ version, sha256 }: ProjectRecord, data: unknown, shown: string): void => {
  if (sha256 === undefined) {
    if (version === UNSEALED) return;
    throw recordError("Its sha256 is missing.", shown);
  }
  const { sha256: _, ...content } = data as ProjectRecord;
  if (sealOf(content) === sha256) return;
  throw recordError("It has been edited since it was written.", shown);
};

const checkPaths = (
  { files, executable = [], pristine = {}, placed = {} }: ProjectRecord,
  shown: string,
): void => {
  const paths = Object.keys(files);
  const where = (path: string) => `${shown}: files.${excerpt(path)}`;
  const twice = Object.keys(placed).find((path) => Object.hasOwn(files, path));
  if (twice !== undefined) {
    throw recordError("It is among the files, too.", `${shown}: placed.${excerpt(twice)}`);
  }
  if (paths.length > MOST_FILES) throw recordError("It has too many files.", shown);
  for (const path of paths) {
    const fault = pathFault(path);
    if (fault !== undefined) throw recordError(`The path ${fault}.`, where(path));
    if (isSecret(path)) throw recordError("Secrets are not recorded.", where(path));
    if (path === RECORD_PATH) throw recordError("The record does not name itself.", where(path));
  }
  const clash = pathClash(paths);
  if (clash !== undefined) {
    throw recordError(`It cannot lie beside ${excerpt(clash[0])}.`, where(clash[1]));
  }
  for (const [key, named] of [
    ["pristine", Object.keys(pristine)],
    ["executable", executable],
  ] as const) {
    const stray = named.find((path) => !Object.hasOwn(files, path));
    if (stray === undefined) continue;
    throw recordError("It is not among the files.", `${shown}: ${key}.${excerpt(stray)}`);
  }
};

const checkOptions = ({ options }: ProjectRecord, shown: string, catalogue: Catalogue): void => {
  try {
    parseGiven(options, catalogue);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const where = `${shown}: options.${error.where.replace(/^--/, "")}`;
    throw recordError(error.what, where, RESTORE, error);
  }
};
