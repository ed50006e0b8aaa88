import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { excerpt, UserError } from "../errors.ts";
import { flagOf, usageError } from "../options/flags.ts";
import { isSarif } from "../project/sarif.ts";

/**
 * Writes a report to where a flag says, with its folder.
 * @throws UserError when it cannot be written
 */
export function writeReport(file: string, cwd: string, text: string): void {
  guarded(file, () => {
    const place = resolve(cwd, file);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  });
}

/**
 * Makes the folder of a report, before the work that it tells of.
 * @throws UserError when the report could not be written there
 */
export function checkReportPlace(file: string, cwd: string): void {
  guarded(file, () => {
    const place = resolve(cwd, file);
    mkdirSync(dirname(place), { recursive: true });
    const entry = statSync(place, { throwIfNoEntry: false });
    // Whoever reads a pipe would take its closing for the end of the report.
    if (entry?.isFIFO()) return;
    closeSync(openSync(place, "a"));
    if (entry === undefined) rmSync(realpathSync(place));
  });
}

/** What the system refuses is no bug of ours. */
function guarded(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const what = `It cannot be written (${error.message}).`;
    const fix = "Give a file in a folder that you may write to.";
    throw new UserError(what, excerpt(file), fix, { cause: error, code: "usage" });
  }
}

/**
 * Writes a log of SARIF, which takes the place of another one and of nothing else.
 * @throws UserError when it cannot be written
 */
export function writeSarif(file: string, cwd: string, log: object): void {
  checkSarifPlace(file, cwd);
  writeReport(file, cwd, `${JSON.stringify(log, null, 2)}\n`);
}

/**
 * Makes the folder of a log, before the work that it tells of.
 * @throws UserError when the log could not be written, or would take the place of another file
 */
export function checkSarifPlace(file: string, cwd: string): void {
  if (file === "-") {
    throw usageError("A report is a file.", flagOf("sarif"), "Give the file's name.");
  }
  guarded(file, () => {
    const place = resolve(cwd, file);
    // A pipe or a terminal has nothing that could be lost, and nor has an empty file.
    if (!statSync(place, { throwIfNoEntry: false })?.isFile()) return;
    const text = readFileSync(place, "utf8");
    if (text === "" || isSarif(text)) return;
    throw usageError("Another file already exists.", excerpt(file), "Give another file.");
  });
  checkReportPlace(file, cwd);
}
