/** Promotion of an account to admin. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { NotPromoted, promote } from "../../src/users/promotion.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";

test("an account is promoted once, and an event says by what", async (t) => {
  const { resources } = await startService(t);
  const user = await makeUser(resources);
  for (let time = 0; time < 2; time++) {
    await resources.database.transaction((transaction) =>
      promote(transaction, user.email, { mustBeConfirmed: true }),
    );
  }
  assert.equal((await findUser(resources, user))?.role, "admin");
  const events = await auditEvents(resources, "user.role.changed", { subjectId: user.id });
  assert.deepEqual(
    events.map((event) => event.details),
    [{ before: "user", after: "admin", by: "create-admin" }],
  );
});

test("an account that may be a stranger's is not promoted", async (t) => {
  const { resources } = await startService(t);
  const refused = [
    ["nobody@example.com", /has no account/],
    [(await makeUser(resources, { isActive: false })).email, /is disabled/],
    [(await makeUser(resources, { emailVerified: false })).email, /confirm the address/],
  ] as const;
  for (const [email, reason] of refused) {
    const promotion = resources.database.transaction((transaction) =>
      promote(transaction, email, { mustBeConfirmed: true }),
    );
    await assert.rejects(promotion, (error) => {
      assert.ok(error instanceof NotPromoted);
      assert.match(error.message, reason);
      return true;
    });
  }
});
