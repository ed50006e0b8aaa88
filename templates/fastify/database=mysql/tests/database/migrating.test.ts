/** Migrations where the database cannot undo half of one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDatabase, execute } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { runProcess } from "../support/process.ts";

test("a migration that stops half way says so and can be repeated", async (t) => {
  const database = await emptyDatabase();
  t.after(() => database.drop());
  const variables = { ...ENVIRONMENT, DATABASE_URL: database.ownerUrl };
  await execute(database.ownerUrl, "CREATE TABLE users (in_the_way INT)");
  const failed = await runProcess(["migrate"], variables);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /migration\.failed/);
  assert.match(failed.stdout, /create table `users`/i);
  assert.match(failed.stdout, /Undo it, then migrate again\./);
  await execute(
    database.ownerUrl,
    ...["notes", "users", "audit_events"].map((table) => `DROP TABLE IF EXISTS ${table}`),
  );
  const repeated = await runProcess(["migrate"], variables);
  assert.equal(repeated.code, 0, repeated.stderr);
  assert.doesNotMatch(repeated.stdout, /migration\.failed/);
});
