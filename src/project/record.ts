import { createHash } from "node:crypto";
import { answersOf } from "../options/schema.ts";
import type { ProjectOptions } from "../options/types.ts";
import type { RenderedFile, RenderedProject } from "../render/types.ts";
import type { ProjectRecord } from "./parse-record.ts";
import type { PresetMark } from "./preset.ts";

/** Where Yeoman keeps what it knows of a project. */
export const RECORD_PATH = ".yo-rc.json";

/** The key of the file under which the record is; other generators have others. */
export const RECORD_KEY = "create-secure-api";

/** The file and the folder of the development secrets: these are recorded nowhere, not even as a hash. */
const SECRETS_PATH = /^\.(env|secrets\/.+)$/;

/** Whether not even the hash of a file may be told. */
export const isSecret = (path: string): boolean => SECRETS_PATH.test(path);

/** What was chosen and rendered, so that an update can tell what the user has changed since. */
export const projectRecord = (
  version: string,
  options: ProjectOptions,
  project: RenderedProject,
  preset?: PresetMark,
): ProjectRecord => {
  const files = recordedFiles(project.files);
  return sealedRecord({
    version,
    ...(preset === undefined ? {} : { preset }),
    options: answersOf(options),
    files: Object.fromEntries(files.map(({ path, content }) => [path, gitBlobHash(content)])),
    ...executables(files),
  });
};

/** What of a project is recorded. */
export const recordedFiles = (files: readonly RenderedFile[]): readonly RenderedFile[] =>
  files.filter(({ path }) => !isSecret(path) && path !== RECORD_PATH);

/** The files that can be run, where there are any. */
export const executables = (files: readonly RenderedFile[]): Pick<ProjectRecord, "executable"> => {
  const executable = files.filter((file) => file.executable).map(({ path }) => path);
  return executable.length === 0 ? {} : { executable };
};

/** Ends a record with the hash by which an edit is found. */
export const sealedRecord = (record: Omit<ProjectRecord, "sha256">): ProjectRecord => ({
  ...record,
  sha256: sealOf(record),
});

/** SHA-256 of what a record says, however it is laid out. */
export const sealOf = (record: object): string =>
  createHash("sha256").update(JSON.stringify(record, inOrder)).digest("hex");

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * The record as the file that lies in the project.
 * @param found what the file has so far: the keys of other generators stay
 */
export const recordFile = (record: ProjectRecord, found: object = {}): RenderedFile => ({
  path: RECORD_PATH,
  content: Buffer.from(`${JSON.stringify({ ...found, [RECORD_KEY]: record }, null, 2)}\n`),
  executable: false,
});

const known = new WeakMap<Uint8Array, string>();

/** SHA-1 of the content as git stores it: equal to `git hash-object`. */
export const gitBlobHash = (content: Uint8Array): string => {
  const hash =
    known.get(content) ??
    createHash("sha1").update(`blob ${content.byteLength}\0`).update(content).digest("hex");
  known.set(content, hash);
  return hash;
};
