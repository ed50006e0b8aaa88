/** A commit that fails leaves no event in the log. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { record } from "../../src/audit/trail.ts";
import { isUnavailable } from "../../src/database/failures.ts";
import { newDatabase } from "../support/database.ts";
import { endConnections } from "../support/operator.ts";
import { startService } from "../support/service.ts";

test("an event whose commit fails is not logged", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources, lines } = await startService(t, {}, { database });
  const failing = resources.database.transaction(async (transaction) => {
    await record(transaction, "user.deleted");
    assert.ok((await endConnections(database.url)) >= 1);
  });
  await assert.rejects(failing, (error) => {
    assert.ok(isUnavailable(error));
    return true;
  });
  assert.deepEqual(
    lines.filter((line) => line["channel"] === "audit"),
    [],
  );
});
