import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { excerpt, UserError } from "../errors.ts";
import { type Evidence, parseEvidence } from "../proofs/evidence.ts";
import { parseJunit, type TestRun } from "../proofs/junit.ts";
import { evidencePage } from "../proofs/page.ts";
import { readAll } from "../system/files.ts";
import { checkReportPlace, writeReport } from "./report.ts";

const fileIn = (folder: string, extension: "json" | "md"): string =>
  join(folder, `security-evidence.${extension}`);

/**
 * Makes the folder of evidence, before anything is proven.
 * @throws UserError when it cannot be written there
 */
export function checkEvidencePlace(folder: string, cwd: string): void {
  for (const extension of ["json", "md"] as const) {
    checkReportPlace(fileIn(folder, extension), cwd);
  }
}

/** The files of evidence, for programs and for people, where a folder is named for them. */
export function writeEvidence(evidence: Evidence, folder: string | undefined, cwd: string): void {
  if (folder === undefined) return;
  writeReport(fileIn(folder, "json"), cwd, `${JSON.stringify(evidence, null, 2)}\n`);
  writeReport(fileIn(folder, "md"), cwd, evidencePage(evidence));
}

/** Reads a report of tests, where one is named. */
export async function readJunit(
  file: string | undefined,
  cwd: string,
): Promise<TestRun | undefined> {
  if (file === undefined) return undefined;
  const text = await readAll(file, cwd, { what: "a JUnit report", code: "proof" });
  const run = parseJunit(text);
  if (run !== undefined) return run;
  const fix = "Give the XML file that the test run wrote.";
  throw new UserError("It is no JUnit report.", excerpt(file), fix, { code: "proof" });
}

export async function readEvidence(file: string, cwd: string): Promise<Evidence> {
  const text = await readAll(file, cwd, { what: "a security-evidence.json", code: "proof" });
  return parseEvidence(text, file);
}

/** Whether evidence is named in place of a project. */
export const isEvidence = (named: string | undefined, cwd: string): named is string =>
  named !== undefined &&
  statSync(resolve(cwd, named), { throwIfNoEntry: false })?.isFile() === true;
