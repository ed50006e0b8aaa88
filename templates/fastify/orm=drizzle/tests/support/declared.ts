/** What the code declares of the schema, as Drizzle's own tool says it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** Returns what the tool would write as a migration, in lines. */
export const undeclaredChanges = async (): Promise<string[]> => {
  const output = await kit("generate");
  return /No schema changes/.test(output) ? [] : output.split("\n");
};

/** Returns the statements that create all tables. */
export const declaredStatements = async (): Promise<string[]> =>
  (await kit("export"))
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => /^(CREATE|ALTER) /.test(statement));

const kit = async (...command: readonly string[]): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "declared-"));
  try {
    for (const name of ["src", "migrations", "drizzle.config.ts", "package.json"]) {
      await cp(join(ROOT, name), join(directory, name), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(directory, "node_modules"));
    const bin = join(directory, "node_modules", "drizzle-kit", "bin.cjs");
    const child = spawn(process.execPath, [bin, ...command], { cwd: directory });
    let output = "";
    child.stdout.on("data", (piece) => {
      output += piece;
    });
    child.stderr.on("data", (piece) => {
      output += piece;
    });
    await once(child, "close");
    return output;
  } finally {
    await rm(directory, { recursive: true });
  }
};
