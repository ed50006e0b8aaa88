/** Databases for the tests: a SQLite file, migrated once and copied for each service. */

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after } from "node:test";
import { migrateDatabase } from "../../src/database/migrate.ts";

export interface TestDatabase {
  /** The URL that the service uses. */
  readonly url: string;
  /** The same database for the owner of its tables: the service, where there are no accounts. */
  readonly ownerUrl: string;
  drop(): Promise<void>;
}

const directory = await mkdtemp(join(tmpdir(), "database-"));
let made = 0;
let migrated: Promise<string> | undefined;

after(() => rm(directory, { recursive: true }));

/** Makes a database without a schema. */
export const emptyDatabase = async (): Promise<TestDatabase> => {
  made += 1;
  return databaseIn(join(directory, `${made}.db`));
};

/** Makes a database with the newest schema. */
export const newDatabase = async (): Promise<TestDatabase> => {
  migrated ??= migrate();
  const database = await emptyDatabase();
  await copyFile(await migrated, pathOf(database.url));
  return database;
};

/** Returns the path of the file of a URL. */
export const pathOf = (url: string): string => url.replace("sqlite:///", "");

/** Runs statements one by one, as anybody with the file could; returns the rows of the last. */
export const execute = async (
  url: string,
  ...statements: readonly string[]
): Promise<unknown[][]> => {
  const database = new DatabaseSync(pathOf(url));
  try {
    return statements.map((text) => database.prepare(text).all().map(Object.values)).at(-1) ?? [];
  } finally {
    database.close();
  }
};

const migrate = async (): Promise<string> => {
  const { url } = await emptyDatabase();
  await migrateDatabase(url);
  // Until the process ends, what was written may be in the journal alone.
  await execute(url, "PRAGMA wal_checkpoint(TRUNCATE)");
  return pathOf(url);
};

const databaseIn = (path: string): TestDatabase => {
  const url = `sqlite:///${path}`;
  return {
    url,
    ownerUrl: url,
    drop: async () => {
      for (const suffix of ["", "-wal", "-shm"]) {
        await rm(path + suffix, { force: true });
      }
    },
  };
};
