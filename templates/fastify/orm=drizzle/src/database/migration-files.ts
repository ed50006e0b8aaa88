/** The migrations of this release: folders of SQL, in the order of their names. */

import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";

/** A migration, in statements. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

const FOLDER = join(import.meta.dirname, "..", "..", "migrations");

/** Reads the migrations of a folder. */
export const readMigrations = (folder: string = FOLDER): readonly Migration[] =>
  readMigrationFiles({ migrationsFolder: folder }).map(({ name, sql }) => ({
    name,
    statements: sql.map((statement) => statement.trim()).filter((statement) => statement !== ""),
  }));
