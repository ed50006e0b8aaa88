import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { excerpt, UserError } from "../errors.ts";

/**
 * Writes a report to where a flag says, with its folder.
 * @throws UserError when it cannot be written
 */
export function writeReport(file: string, cwd: string, text: string): void {
  const place = resolve(cwd, file);
  try {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const what = `It cannot be written (${error.message}).`;
    const fix = "Give a file in a folder that you may write to.";
    throw new UserError(what, excerpt(file), fix, { cause: error, code: "usage" });
  }
}
