import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import fs from "fs-extra";
import { type ErrorCode, excerpt, UserError } from "../errors.ts";
import { exactModeOf, folderModeOf, modeOf } from "../project/modes.ts";
import { gitBlobHash } from "../project/record.ts";
import type { RenderedFile } from "../render/types.ts";

/** What is found where a project goes. */
export type Found = {
  readonly kind: "missing" | "empty" | "occupied";
  /** Names of what is there, but for a repository's own folder. */
  readonly entries: readonly string[];
  /** Those of them that are the user's work, as opposed to a license or an editor's folder. */
  readonly work: readonly string[];
};

/** What is in the way of a file that is to be written. */
export type FileState = "new" | "same" | "conflict";

const REPOSITORY = ".git";
/** What a folder may hold that is made or cloned for a new project. */
const HARMLESS =
  /^(\.git|licen[cs]e(\.(md|txt))?|copying|\.ds_store|thumbs\.db|desktop\.ini|\.idea|\.vscode|\.zed|\.fleet|\.vs|.*\.(iml|code-workspace|sublime-(project|workspace)))$/i;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

const entryAt = (path: string) => {
  try {
    return lstatSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
};

const directoryError = (what: string, shown: string, fix: string, cause?: unknown): UserError =>
  new UserError(what, shown, fix, { cause, code: "directory" });

/**
 * Looks at the directory in which a project goes.
 * @param shown the directory as the user wrote it, for the message
 * @throws UserError when it is no directory or cannot be read
 */
export function lookAt(path: string, shown: string): Found {
  try {
    if (entryAt(path) === undefined) return { kind: "missing", entries: [], work: [] };
    if (!statSync(path).isDirectory()) {
      throw directoryError("This is a file.", shown, "Give a directory that does not exist yet.");
    }
    const entries = readdirSync(path).filter((entry) => entry !== REPOSITORY);
    const work = entries.filter((entry) => !HARMLESS.test(entry));
    return { kind: entries.length === 0 ? "empty" : "occupied", entries, work };
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    const what = `This directory cannot be used (${error.message}).`;
    throw directoryError(what, shown, "Give another one.", error);
  }
}

/**
 * What is in the way of each file.
 * @throws UserError when something is that no file can replace
 */
export function compare(
  target: string,
  files: readonly RenderedFile[],
  shown: string,
): ReadonlyMap<string, FileState> {
  if (entryAt(target) === undefined) return new Map(files.map(({ path }) => [path, "new"]));
  const parents = new Set(files.flatMap(({ path }) => foldersOf(path)));
  for (const folder of parents) {
    const entry = entryAt(join(target, folder));
    if (entry === undefined || entry.isDirectory()) continue;
    const what = `${folder} is ${entry.isSymbolicLink() ? "a link" : "a file"}; the project has a folder there.`;
    throw conflictError(what, shown, "Move it away, or use another directory.");
  }
  return new Map(files.map((file) => [file.path, stateOf(target, file, shown)]));
}

const conflictError = (what: string, shown: string, fix: string): UserError =>
  new UserError(what, shown, fix, { code: "conflict" });

const foldersOf = (path: string): readonly string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

function stateOf(target: string, { path, content }: RenderedFile, shown: string): FileState {
  const place = join(target, path);
  const entry = entryAt(place);
  if (entry === undefined) return "new";
  if (entry.isDirectory()) {
    const what = `${path} is a folder; the project has a file there.`;
    throw conflictError(what, shown, "Move it away, or use another directory.");
  }
  return entry.isFile() && readFileSync(place).equals(content) ? "same" : "conflict";
}

/** The git blob hash of what is at a place: of a file's content, of a link's target. */
export function hashAt(target: string, path: string): string {
  const place = join(target, path);
  const isLink = lstatSync(place).isSymbolicLink();
  return gitBlobHash(isLink ? Buffer.from(readlinkSync(place)) : readFileSync(place));
}

/** A file that is there, as text. */
export const readText = (path: string): string => readFileSync(path, "utf8");

/**
 * A file that the user named, or standard input for `-`, as text.
 * @throws UserError when it cannot be read
 */
export async function readAll(
  file: string,
  cwd: string,
  { what: kind, code }: { readonly what: string; readonly code: ErrorCode },
): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return readText(resolve(cwd, file));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const what = `It cannot be read (${error.message}).`;
    throw new UserError(what, excerpt(file), `Give ${kind}.`, { cause: error, code });
  }
}

type Undo = () => void;

function stage(folder: string, files: readonly RenderedFile[]): void {
  fs.mkdirSync(folder);
  const folders = new Set(files.map(({ path }) => dirname(join(folder, path))));
  for (const place of folders) fs.ensureDirSync(place);
  for (const file of files) {
    const place = join(folder, file.path);
    closeFolder(folder, file.path);
    fs.writeFileSync(place, file.content, { mode: modeOf(file), flag: "wx" });
    const exact = exactModeOf(file.path);
    if (exact !== undefined) fs.chmodSync(place, exact);
  }
}

/** Closes the folder of a file that other users may have to read. */
function closeFolder(folder: string, path: string): void {
  const mode = folderModeOf(path);
  if (mode !== undefined) fs.chmodSync(dirname(join(folder, path)), mode);
}

/** Makes the folder and says how to take that back. */
function ensureFolder(folder: string): Undo {
  const first = fs.mkdirSync(folder, { recursive: true });
  return () => {
    if (first !== undefined) fs.removeSync(first);
  };
}

/** Moves each file to its place; what one takes the place of is kept until all are there. */
function moveInto(
  target: string,
  staged: string,
  files: readonly RenderedFile[],
  replaced: ReadonlySet<string>,
  undo: Undo[],
): void {
  const kept = `${staged}-kept`;
  for (const { path } of files) {
    const place = join(target, path);
    undo.push(ensureFolder(dirname(place)));
    closeFolder(target, path);
    if (replaced.has(path)) {
      fs.moveSync(place, join(kept, path));
      undo.push(() => fs.moveSync(join(kept, path), place, { overwrite: true }));
    }
    // A folder of the target may be a mount of its own, which no rename reaches.
    fs.moveSync(join(staged, path), place);
    undo.push(() => fs.removeSync(place));
  }
}

/**
 * Writes all of the files or nothing. A missing target appears by one rename; an existing one,
 * which may be where the user stands or a mount point, keeps its identity and gets the finished
 * files one by one.
 *
 * It is synchronous on purpose: no signal handler runs in the middle of it.
 *
 * @param shown the directory as the user wrote it, for messages
 * @param replaced the paths whose files may be replaced; any other that is taken is refused
 */
export function writeFiles(
  target: string,
  files: readonly RenderedFile[],
  shown: string,
  replaced: ReadonlySet<string> = new Set(),
): void {
  checkInside(target, files);
  const isMissing = lookAt(target, shown).kind === "missing";
  checkReplaced(compare(target, files, shown), replaced, shown);
  const undo: Undo[] = [];
  try {
    const around = isMissing ? dirname(target) : target;
    undo.push(ensureFolder(around));
    const temporary = mkdtempSync(join(around, `.${basename(target)}-`));
    undo.push(() => fs.removeSync(temporary));
    const staged = join(temporary, "project");
    stage(staged, files);
    if (isMissing) fs.renameSync(staged, target);
    else moveInto(target, staged, files, replaced, undo);
    fs.removeSync(temporary);
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw writingError(error, shown);
  }
}

const writingError = (error: unknown, shown: string): unknown => {
  if (!(error instanceof Error && "syscall" in error)) return error;
  const what = `The project cannot be written (${error.message}).`;
  const fix =
    "Nothing was left behind. Make room there, or give a directory that you may write to.";
  return directoryError(what, shown, fix, error);
};

function checkInside(target: string, files: readonly RenderedFile[]): void {
  for (const { path } of files) {
    if (!resolve(target, path).startsWith(target.endsWith(sep) ? target : target + sep)) {
      throw new Error(`${path} would be written outside the project`);
    }
  }
}

/** A file that has appeared since the user was asked is not replaced. */
function checkReplaced(
  states: ReadonlyMap<string, FileState>,
  replaced: ReadonlySet<string>,
  shown: string,
): void {
  for (const [path, state] of states) {
    if (state === "new" || replaced.has(path)) continue;
    const fix = "Nothing was written. Use another directory, or choose what happens to the file.";
    throw conflictError(`${path} already exists.`, shown, fix);
  }
}
