/** The migrations of this release: folders of SQL, in the order of their names. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A migration, in statements. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

const FOLDER = join(import.meta.dirname, "..", "..", "migrations");

/** Reads the migrations of a folder; an empty line is between two statements. */
export const readMigrations = (folder: string = FOLDER): readonly Migration[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => ({
      name,
      statements: readFileSync(join(folder, name, "migration.sql"), "utf8")
        .split(/\n\s*\n/)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ""),
    }));
