/** `purge`: what is old enough goes, and nothing else. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { AuditRepository } from "../../src/audit/repository.ts";
import { now } from "../../src/clock.ts";
import { firstIdAt, newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { run } from "../support/command.ts";
import { execute, newDatabase } from "../support/database.ts";
import { ENVIRONMENT } from "../support/environment.ts";
import { auditEvents } from "../support/queries.ts";
import { startService } from "../support/service.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const RETENTION = 400 * DAY;

const start = async (t: TestContext) => {
  const database = await newDatabase();
  t.after(() => database.drop());
  const { resources } = await startService(t, {}, { database });
  const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.ownerUrl };
  const purge = async (settings: Readonly<Record<string, string>> = {}): Promise<string> => {
    const ended = await run(["purge"], { ...ENVIRONMENT, ...urls, ...settings });
    assert.equal(ended.code, 0, ended.stderr);
    return ended.stdout;
  };
  return { database, resources, purge };
};

/** Stores events of an age; returns their ids. */
const store = async (resources: Resources, age: number, count: number): Promise<string[]> => {
  const begun = now().getTime() - age;
  const actorId = newId();
  const events = Array.from({ length: count }, (_, number) => new Date(begun + number)).map(
    (createdAt) => ({
      id: firstIdAt(createdAt),
      createdAt,
      event: "user.disabled",
      actorId,
      subjectId: undefined,
      requestId: undefined,
      clientAddress: undefined,
      details: {},
    }),
  );
  await resources.database.transaction(async (transaction) => {
    for (const event of events) {
      await new AuditRepository(transaction).add(event);
    }
  });
  return events.map(({ id }) => id);
};

const kept = async (resources: Resources): Promise<string[]> =>
  (await auditEvents(resources, "user.disabled")).map(({ id }) => id);

test("events older than the retention are deleted and no others", async (t) => {
  const { resources, purge } = await start(t);
  await store(resources, RETENTION + MINUTE, 7);
  const young = await store(resources, RETENTION - DAY, 2);
  // Last: whoever may not do this has done all else before it fails.
  assert.match(await purge(), /^7 audit events deleted\.\n$/m);
  assert.deepEqual(await kept(resources), young);
  const events = await auditEvents(resources, "audit.purged");
  assert.deepEqual(
    events.map((event) => event.details),
    [{ count: "7" }],
  );
});

test("more than a transaction may hold are deleted in several", async (t) => {
  const { resources, purge } = await start(t);
  await store(resources, RETENTION + DAY, 1_002);
  assert.match(await purge(), /^1002 audit events deleted\.$/m);
  const events = await auditEvents(resources, "audit.purged");
  assert.deepEqual(
    events.map((event) => event.details["count"]),
    ["1000", "2"],
  );
});

test("the retention is a setting", async (t) => {
  const { resources, purge } = await start(t);
  const longer = RETENTION + 30 * DAY;
  await store(resources, longer + DAY, 2);
  const young = await store(resources, longer - DAY, 2);
  await purge({ AUDIT_RETENTION_DAYS: String(longer / DAY) });
  assert.deepEqual(await kept(resources), young);
});

test("the table refuses changes as before afterwards", async (t) => {
  const { database, resources, purge } = await start(t);
  await store(resources, RETENTION + 100 * DAY, 1);
  await store(resources, DAY, 1);
  await purge();
  for (const attempt of ["UPDATE audit_events SET event = 'forged'", "DELETE FROM audit_events"]) {
    await assert.rejects(execute(database.ownerUrl, attempt), /append-only/);
  }
});

test("a second run has nothing to do", async (t) => {
  const { resources, purge } = await start(t);
  await store(resources, RETENTION + 100 * DAY, 1);
  await purge();
  assert.match(await purge(), /^0 audit events deleted\.$/m);
  assert.equal((await auditEvents(resources, "audit.purged")).length, 1);
});
