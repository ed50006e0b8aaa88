import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Project } from "./project.ts";

const VARIABLE = "RENDERED_ENVIRONMENTS";

/** Makes the folder that each process of tests has its environments in. Returns how to remove it. */
export const openEnvironments = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "environments-"));
  process.env[VARIABLE] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
};

const borrowed = new Set<string>();

/**
 * Lends a project, until it is removed, a folder with the packages of one that was before it: most
 * are the same, and an installer changes only the others.
 */
export const borrowEnvironment = (project: Project): string => {
  const own = join(
    process.env[VARIABLE] ?? openedHere(),
    `${process.env.VITEST_POOL_ID}`,
    String(project.selection.stack),
  );
  let number = 0;
  while (borrowed.has(join(own, `${number}`))) number += 1;
  const folder = join(own, `${number}`);
  borrowed.add(folder);
  project.beforeRemoval.push(() => borrowed.delete(folder));
  mkdirSync(folder, { recursive: true });
  return folder;
};

/** Outside a run of rendered tests, until the process ends. */
const openedHere = (): string => {
  process.once("exit", openEnvironments());
  return process.env[VARIABLE] ?? "";
};
