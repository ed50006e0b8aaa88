/** The table of the audit trail cannot be emptied. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { record } from "../../src/audit/trail.ts";
import { describeFailure } from "../../src/database/failures.ts";
import { newDatabase } from "../support/database.ts";
import { withRight } from "../support/operator.ts";
import { auditEvents, execute } from "../support/queries.ts";
import { startService } from "../support/service.ts";

test("the audit trail cannot be truncated", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  await resources.database.transaction((transaction) => record(transaction, "user.disabled"));
  await withRight(database.url, "TRUNCATE", "audit_events", async () => {
    await assert.rejects(execute(resources, "TRUNCATE audit_events"), (error) => {
      assert.match(describeFailure(error), /append-only/);
      return true;
    });
  });
  assert.equal((await auditEvents(resources, "user.disabled")).length, 1);
});
