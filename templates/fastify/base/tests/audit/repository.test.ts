/** The table of the audit trail can only grow. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { record } from "../../src/audit/trail.ts";
import { describeFailure } from "../../src/database/failures.ts";
import { newId } from "../../src/ids.ts";
import { execute as executeOn, newDatabase } from "../support/database.ts";
import { auditEvents, execute } from "../support/queries.ts";
import { startService } from "../support/service.ts";

const ATTEMPTS = ["UPDATE audit_events SET event = 'forged'", "DELETE FROM audit_events"];

test("the role of the service can neither change nor delete", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  const actorId = newId();
  await resources.database.transaction((transaction) =>
    record(transaction, "user.disabled", { actorId }),
  );
  for (const attempt of ATTEMPTS) {
    for (const statement of [attempt, `${attempt} WHERE event = 'user.disabled'`]) {
      await assert.rejects(execute(resources, statement), (error) => {
        assert.match(describeFailure(error), /append-only|denied/);
        return true;
      });
      await assert.rejects(executeOn(database.ownerUrl, statement), /append-only/);
    }
  }
  assert.equal((await auditEvents(resources, "user.disabled", { actorId })).length, 1);
});
