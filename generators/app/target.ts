import { lstatSync, readdirSync, statSync } from "node:fs";
import { UserError } from "../../src/errors.ts";

/** What a target may hold already: a repository that was made or cloned for the new project. */
const harmless = new Set([".git"]);

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/**
 * Whether the directory is there already; a target that would have to be overwritten is refused.
 *
 * @param shown the directory as the user wrote it, for the message
 */
export function checkTarget(path: string, shown: string): "missing" | "empty" {
  try {
    if (!exists(path)) return "missing";
    if (!statSync(path).isDirectory()) {
      throw new UserError("This is a file.", shown, "Give a directory that does not exist yet.");
    }
    const found = readdirSync(path).filter((entry) => !harmless.has(entry));
    if (found.length > 0) {
      throw new UserError(
        "This directory is not empty.",
        shown,
        "Nothing is ever overwritten: give another directory, or empty this one first.",
      );
    }
    return "empty";
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw new UserError(
      `This directory cannot be used (${error.message}).`,
      shown,
      "Give another one.",
      { cause: error },
    );
  }
}
