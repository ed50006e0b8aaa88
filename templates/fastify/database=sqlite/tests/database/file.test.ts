/** The file of the database is private. */

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { migrateDatabase } from "../../src/database/migrate.ts";
import { makeUser } from "../support/factories.ts";
import { startService } from "../support/service.ts";

const newDirectory = async (t: TestContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "file-"));
  const before = process.umask(0o022);
  t.after(async () => {
    process.umask(before);
    await rm(directory, { recursive: true });
  });
  return directory;
};

const modesIn = async (directory: string): Promise<Record<string, string>> => {
  const modes: Record<string, string> = {};
  for (const name of await readdir(directory)) {
    modes[name] = ((await stat(join(directory, name))).mode & 0o777).toString(8);
  }
  return modes;
};

const databaseIn = (directory: string) => {
  const url = `sqlite:///${join(directory, "app.db")}`;
  return { url, ownerUrl: url, drop: async () => undefined };
};

test("the database file and its journals are private", async (t) => {
  const directory = await newDirectory(t);
  const database = databaseIn(directory);
  await migrateDatabase(database.url);
  assert.equal((await modesIn(directory))["app.db"], "600");
  const { resources } = await startService(t, {}, { database });
  await makeUser(resources);
  const modes = await modesIn(directory);
  assert.ok("app.db-wal" in modes);
  assert.deepEqual([...new Set(Object.values(modes))], ["600"]);
});

test("so is a file that the service makes", async (t) => {
  const directory = await newDirectory(t);
  const { client } = await startService(t, {}, { database: databaseIn(directory) });
  assert.equal((await client.get("/health/ready")).statusCode, 503);
  assert.equal((await modesIn(directory))["app.db"], "600");
});
