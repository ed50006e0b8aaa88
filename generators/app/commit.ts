import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { UserError } from "../../src/errors.ts";
import { modeOf } from "../../src/project/modes.ts";
import type { RenderedFile } from "../../src/render/types.ts";
import { checkTarget } from "./target.ts";

type Undo = () => void;

function stage(folder: string, files: readonly RenderedFile[]): void {
  mkdirSync(folder);
  for (const file of files) {
    const place = join(folder, file.path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, file.content, { mode: modeOf(file), flag: "wx" });
  }
}

/** Makes the folder and says how to take that back. */
function ensureFolder(folder: string): Undo {
  const first = mkdirSync(folder, { recursive: true });
  return () => {
    if (first !== undefined) rmSync(first, { recursive: true, force: true });
  };
}

function moveInto(target: string, staged: string, undo: Undo[]): void {
  for (const entry of readdirSync(staged)) {
    const place = join(target, entry);
    renameSync(join(staged, entry), place);
    undo.push(() => rmSync(place, { recursive: true, force: true }));
  }
}

/**
 * Writes the whole project or nothing. A missing target appears by one rename; an existing one,
 * which may be where the user stands or a mount point, keeps its identity and gets the finished
 * entries one by one.
 *
 * It is synchronous on purpose: no signal handler runs in the middle of it.
 *
 * @param shown the directory as the user wrote it, for messages
 */
export function commitProject(target: string, files: readonly RenderedFile[], shown: string): void {
  for (const { path } of files) {
    if (!resolve(target, path).startsWith(target.endsWith(sep) ? target : target + sep)) {
      throw new Error(`${path} would be written outside the project`);
    }
  }
  const isMissing = checkTarget(target, shown) === "missing";
  const undo: Undo[] = [];
  try {
    const around = isMissing ? dirname(target) : target;
    undo.push(ensureFolder(around));
    const temporary = mkdtempSync(join(around, `.${basename(target)}-`));
    undo.push(() => rmSync(temporary, { recursive: true, force: true }));
    const staged = join(temporary, "project");
    stage(staged, files);
    if (isMissing) renameSync(staged, target);
    else moveInto(target, staged, undo);
    rmSync(temporary, { recursive: true, force: true });
  } catch (error) {
    for (const step of undo.reverse()) step();
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new UserError(
      `The project cannot be written (${error.message}).`,
      shown,
      "Nothing was left behind. Make room there, or give a directory that you may write to.",
      { cause: error },
    );
  }
}
