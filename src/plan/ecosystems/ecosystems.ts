import type { Ecosystem } from "./ecosystem.ts";
import { npm } from "./npm.ts";
import { python } from "./python.ts";

const ecosystems: readonly Ecosystem[] = [python, npm];

/** The names of the files that pins can lie in. */
export const pinFiles: readonly string[] = ecosystems.map(({ file }) => file);

/** Folders that are no part of a layer, by name. */
export const leftOvers: readonly string[] = ecosystems.flatMap(({ leftOver }) => leftOver);

/** @throws Error when no ecosystem has its pins in such a file */
export const ecosystemOf = (file: string): Ecosystem => {
  const found = ecosystems.find((ecosystem) => ecosystem.file === file);
  if (found === undefined) throw new Error(`'${file}' is no file of pins`);
  return found;
};
