/** `npm run generate -- --name projects` writes what src/database/tables.ts declares as a migration. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MigrationGenerator, Migrator } from "@mikro-orm/migrations";
import { readMigrations } from "./src/database/migration-files.ts";
import { openOrm } from "./src/database/orm.ts";

const FOLDER = join(import.meta.dirname, "migrations");
const SNAPSHOT = "snapshot.json";

/** What the newest migration lacks: its statements, and the schema that they lead to. */
export interface Changes {
  readonly statements: readonly string[];
  readonly snapshot: string;
}

/** Compares the tables with the snapshot of the newest migration; asks no database. */
export const undeclaredChanges = async (): Promise<Changes> => {
  const directory = mkdtempSync(join(tmpdir(), "generate-"));
  try {
    const newest = readMigrations(FOLDER).at(-1)?.name ?? "";
    cpSync(join(FOLDER, newest, SNAPSHOT), join(directory, SNAPSHOT));
    const orm = schemaTool();
    orm.config.set("migrations", {
      ...orm.config.get("migrations"),
      path: directory,
      pathTs: directory,
      snapshotName: "snapshot",
      generator: Nothing,
      safe: false,
    });
    const { diff } = await new Migrator(orm.em).create();
    const snapshot = readFileSync(join(directory, SNAPSHOT), "utf8");
    return { statements: diff.up.filter((statement) => statement !== ""), snapshot };
  } finally {
    rmSync(directory, { recursive: true });
  }
};

/** Returns MikroORM without a database, for what it knows of tables. */
export const schemaTool = () => {
  const refuse = async () => {
    throw new Error("no database is asked");
  };
  return openOrm({ query: refuse, begin: refuse });
};

/** The files are written here, in the form that `migrate` reads. */
class Nothing extends MigrationGenerator {
  override async generate(): Promise<[string, string]> {
    return ["", ""];
  }

  override generateMigrationFile(): string {
    return "";
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { name: { type: "string", default: "changes" } } });
  const { statements, snapshot } = await undeclaredChanges();
  if (statements.length === 0) {
    process.stdout.write("Nothing has changed.\n");
  } else {
    const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
    const name = `${time}_${values.name.replaceAll(/\W+/g, "_")}`;
    mkdirSync(join(FOLDER, name));
    writeFileSync(join(FOLDER, name, "migration.sql"), `${statements.join("\n\n")}\n`);
    writeFileSync(join(FOLDER, name, SNAPSHOT), `${snapshot}\n`);
    process.stdout.write(`migrations/${name}/migration.sql: review it before you run it.\n`);
  }
}
