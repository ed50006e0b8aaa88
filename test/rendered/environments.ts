import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/**
 * Lends Python environments to the tests of a file that run at the same time: most packages are the
 * same from project to project, and uv installs only the others.
 */
export const lendEnvironments = () => {
  const folder = mkdtempSync(join(tmpdir(), "environments-"));
  const free: string[] = [];
  let made = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);
  return {
    borrow: (): string => free.pop() ?? join(folder, `${made++}`),
    giveBack: (environment: string): void => void free.push(environment),
  };
};
