import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import fs from "fs-extra";
import { excerpt } from "../errors.ts";
import { flagOf, usageError } from "../options/flags.ts";
import { isPlan, planError } from "../project/plan-file.ts";

/**
 * Refuses to write a plan where it would take the place of something else.
 * @throws UserError that says why
 */
export function checkPlanPlace(file: string, cwd: string): void {
  if (file === "-") throw usageError("A plan is a file.", flagOf("plan"), "Give the file's name.");
  guarded(file, () => check(file, cwd));
}

/** What the system refuses is no bug of ours. */
function guarded(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const what = `It cannot be written (${error.message}).`;
    throw planError(what, excerpt(file), "Give another file.");
  }
}

function check(file: string, cwd: string): void {
  const place = resolve(cwd, file);
  const shown = excerpt(file);
  const other = "Give another file.";
  if (!statSync(dirname(place), { throwIfNoEntry: false })?.isDirectory()) {
    throw planError("There is no such folder.", shown, "Make it, or give another file.");
  }
  const entry = statSync(place, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isFile()) throw planError("Something other than a file is there.", shown, other);
  if (!isPlan(readFileSync(place, "utf8")))
    throw planError("Another file already exists.", shown, other);
}

/** Writes a plan; one that is there is replaced at once, by a whole one. */
export function writePlan(file: string, cwd: string, text: string): void {
  guarded(file, () => write(file, cwd, text));
}

function write(file: string, cwd: string, text: string): void {
  check(file, cwd);
  const place = resolve(cwd, file);
  const temporary = mkdtempSync(join(dirname(place), ".plan-"));
  try {
    fs.writeFileSync(join(temporary, "plan"), text);
    fs.renameSync(join(temporary, "plan"), place);
  } finally {
    fs.removeSync(temporary);
  }
}
