import { createHash } from "node:crypto";
import { answersOf } from "../options/schema.ts";
import type { Answer, ProjectOptions } from "../options/types.ts";
import type { RenderedFile, RenderedProject } from "../render/types.ts";
import type { PresetMark } from "./preset.ts";

/** Where Yeoman keeps what it knows of a project. */
const RECORD_PATH = ".yo-rc.json";

/** The file and the folder of the development secrets: these are recorded nowhere, not even as a hash. */
const SECRETS_PATH = /^\.(env|secrets\/.+)$/;

export type ProjectRecord = {
  readonly version: string;
  /** The preset that was used; absent: none. */
  readonly preset?: PresetMark;
  readonly options: Readonly<Record<string, Answer>>;
  /** The git blob hash of each file as it was rendered. */
  readonly files: Readonly<Record<string, string>>;
};

/** Whether not even the hash of a file may be told. */
export const isSecret = (path: string): boolean => SECRETS_PATH.test(path);

/** What was chosen and rendered, so that an update can tell what the user has changed since. */
export const projectRecord = (
  version: string,
  options: ProjectOptions,
  project: RenderedProject,
  preset?: PresetMark,
): ProjectRecord => ({
  version,
  ...(preset === undefined ? {} : { preset }),
  options: answersOf(options),
  files: Object.fromEntries(
    project.files
      .filter((file) => !isSecret(file.path) && file.path !== RECORD_PATH)
      .map((file) => [file.path, gitBlobHash(file.content)]),
  ),
});

/** The record as the file that lies in the project. */
export const recordFile = (record: ProjectRecord): RenderedFile => ({
  path: RECORD_PATH,
  content: Buffer.from(`${JSON.stringify({ "create-secure-api": record }, null, 2)}\n`),
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
