/** The migrations of this release: folders of SQL, in the order of their names. */

import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A migration, in statements. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

const FOLDER = join(import.meta.dirname, "..", "..", "migrations");
/** What Drizzle Kit writes between two statements. */
const BREAKPOINT = "--> statement-breakpoint";

/** Reads the migrations of a folder. */
export const readMigrations = (folder: string = FOLDER): readonly Migration[] =>
  globSync("*/migration.sql", { cwd: folder })
    .sort()
    .map((path) => ({
      name: dirname(path),
      statements: readFileSync(join(folder, path), "utf8")
        .split(BREAKPOINT)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ""),
    }));
