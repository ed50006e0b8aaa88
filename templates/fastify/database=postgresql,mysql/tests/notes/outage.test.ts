/** Notes that are re-encrypted without their database. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../support/command.ts";
import { NO_DATABASE, newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";

test("a database that does not exist is named", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const variables = { ...ENVIRONMENT, DATABASE_URL: `${database.url}_nowhere` };
  const { code, stderr } = await run(["reencrypt"], variables);
  assert.equal(code, 1);
  assert.match(stderr, NO_DATABASE);
});
