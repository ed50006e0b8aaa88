/** The audit trail in the hands of the role that the service runs as, and of its owner. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { AuditRepository } from "../../src/audit/repository.ts";
import { record } from "../../src/audit/trail.ts";
import { describeFailure } from "../../src/database/failures.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { newDatabase } from "../support/database.ts";
import { withRight } from "../support/operator.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";

const deleteAll = ({ database }: Resources): Promise<number> =>
  database.transaction((transaction) => new AuditRepository(transaction).deleteBefore(newId(), 9));

const saying = (pattern: RegExp) => (error: unknown) => {
  assert.match(describeFailure(error), pattern);
  return true;
};

test("the role of the service cannot delete events", async (t) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  await resources.database.transaction((transaction) => record(transaction, "user.disabled"));
  await assert.rejects(deleteAll(resources), saying(/denied/));
  await withRight(database.url, "DELETE", "audit_events", async () => {
    await assert.rejects(deleteAll(resources), saying(/append-only/));
  });
  assert.equal((await auditEvents(resources, "user.disabled")).length, 1);
  const owner = { ...database, url: database.ownerUrl };
  const asOwner = await startService(t, {}, { database: owner });
  assert.equal(await deleteAll(asOwner.resources), 1);
  assert.deepEqual(await auditEvents(resources, "user.disabled"), []);
});
