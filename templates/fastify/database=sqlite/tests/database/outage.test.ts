/** The file of the database is away, or locked: 503, and all is well again when it is back. */

import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { App } from "../../src/routing.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { run } from "../support/command.ts";
import { newDatabase, pathOf } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { problemOf } from "../support/problems.ts";
import { startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const ME = "/api/v1/users/me";
const NEW_NAME = { json: { full_name: "New" } };

/** Locks a file as a writer in another process would; returns how to let it go. */
const lock = (url: string): (() => void) => {
  const database = new DatabaseSync(pathOf(url));
  database.exec("BEGIN IMMEDIATE");
  return () => database.close();
};

test("a file that is away is an outage and coming back ends it", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "outage-"));
  t.after(() => rm(directory, { recursive: true }));
  const away = join(directory, "away");
  const url = `sqlite:///${join(away, "test.db")}`;
  const database = { url, ownerUrl: url, drop: async () => undefined };
  const routes = (app: App): void => {
    app.get("/asks", () =>
      app.resources.database.reader((reader) => new UserRepository(reader).activeAdmins()),
    );
  };
  const service = await startService(t, {}, { database, routes });
  assert.equal((await service.client.get("/health/live")).statusCode, 200);
  problemOf(await service.client.get("/broken"), 404);
  const answer = await service.client.get("/asks");
  problemOf(answer, 503);
  assert.equal(answer.headers["retry-after"], "5");
  assert.ok(!answer.body.includes(away));
  const ready = await service.client.get("/health/ready");
  assert.equal(ready.statusCode, 503);
  assert.equal(ready.json().checks.database, "unavailable");

  await mkdir(away);
  await copyFile(pathOf((await newDatabase()).url), join(away, "test.db"));
  await service.resources.database.ping();
  const { client } = await signUp(service);
  assert.equal((await client.get(ME)).statusCode, 200);
});

test("a lock that is held too long is an outage for writers alone", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const service = await startService(t, { DATABASE_POOL_TIMEOUT: "1" }, { database });
  const { client } = await signUp(service);
  const letGo = lock(database.url);
  const begun = performance.now();
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 20);
  problemOf(await client.patch(ME, NEW_NAME), 503);
  clearInterval(ticking);
  const waited = performance.now() - begun;
  assert.ok(waited > 900 && waited < 4_000, String(waited));
  assert.ok(ticks > 10, "others were kept waiting too");
  assert.equal((await client.get(ME)).statusCode, 200);
  letGo();
  assert.equal((await client.patch(ME, NEW_NAME)).statusCode, 200);
});

test("a lock that is let go in time is waited for", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const service = await startService(t, {}, { database });
  const { client } = await signUp(service);
  const letGo = lock(database.url);
  const changing = client.patch(ME, NEW_NAME);
  await new Promise((resolve) => setTimeout(resolve, 200));
  letGo();
  assert.equal((await changing).statusCode, 200);
});

test("what is the matter with the file is said", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "matter-"));
  t.after(() => rm(directory, { recursive: true }));
  const noDatabase = join(directory, "no.db");
  await writeFile(noDatabase, "no database".repeat(1000));
  const files = {
    [join(directory, "nowhere", "app.db")]: /unable to open database file/,
    [noDatabase]: /file is not a database/,
  };
  for (const [path, reason] of Object.entries(files)) {
    const variables = { ...ENVIRONMENT, DATABASE_URL: `sqlite:///${path}` };
    const migrated = await run(["migrate"], variables);
    assert.equal(migrated.code, 1);
    assert.match(migrated.stderr, /^Migration failed: /);
    assert.match(migrated.stderr, reason);
    const purged = await run(["purge"], variables);
    assert.equal(purged.code, 1);
    assert.match(purged.stderr, /^The database cannot be used: /);
    assert.match(purged.stderr, reason);
  }
});
