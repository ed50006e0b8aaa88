/** Unverified accounts are deleted. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { purgeUnconfirmed } from "../../src/auth/unconfirmed.ts";
import type { Resources } from "../../src/resources.ts";
import type { Settings } from "../../src/settings/index.ts";
import { EMAIL, register, stored, verifyEmail } from "../support/accounts.ts";
import { findUser, makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { auditEvents } from "../support/queries.ts";
import { travel } from "../support/time.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const purged = ({
  database,
  settings,
}: Pick<Resources, "database" | "settings">): Promise<number> =>
  database.transaction((transaction) => purgeUnconfirmed(transaction, settings, 10));

test("unverified accounts are purged after seven days", async (t) => {
  const settings = { REQUIRE_EMAIL_VERIFICATION: "true" };
  const { client, resources, mailbox } = await mailingService(t, settings);
  await register(client);
  await register(client, "bob@example.com");
  assert.equal(await verifyEmail(client, await mailbox.code("bob@example.com")), 204);
  const young = await stored(resources);
  const confirmed = await stored(resources, "bob@example.com");
  const admin = await makeUser(resources, { role: "admin", emailVerified: false });
  travel(t, 7 * DAY - HOUR);
  assert.equal(await purged(resources), 0);
  travel(t, HOUR + 1_000);
  assert.equal(await purged(resources), 1);
  assert.equal(await purged(resources), 0);
  assert.equal(await findUser(resources, young), undefined);
  for (const kept of [confirmed, admin]) {
    assert.ok(await findUser(resources, kept));
  }
  const events = await auditEvents(resources, "user.unconfirmed.purged");
  assert.deepEqual(
    events.map(({ details }) => ({ ...details })),
    [{ count: "1" }],
  );
  assert.equal((await register(client, EMAIL)).statusCode, 202);
});

test("where verification is not required unverified accounts stay", async (t) => {
  const { client, resources } = await mailingService(t);
  await register(client);
  travel(t, 30 * DAY);
  const { database, settings } = resources;
  const as = (given: Partial<Settings>): Promise<number> =>
    purged({ database, settings: { ...settings, ...given } });
  assert.equal(await as({ requireEmailVerification: false }), 0);
  for (const environment of ["development", "test"] as const) {
    assert.equal(await as({ requireEmailVerification: undefined, environment }), 0);
  }
  assert.equal(await as({ requireEmailVerification: undefined, environment: "staging" }), 1);
});
