/** The audit trail: in the log and in the table, together with what it is about. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventName } from "../../src/audit/events.ts";
import { record } from "../../src/audit/trail.ts";
import { newId } from "../../src/ids.ts";
import { auditEvents } from "../support/queries.ts";
import { type Service, startService } from "../support/service.ts";
import { signUp } from "../support/sign-up.ts";

const auditLines = ({ lines }: Service) => lines.filter((line) => line["channel"] === "audit");

test("an event is kept with who did what to whom", async (t) => {
  const { resources } = await startService(t);
  const [actorId, subjectId] = [newId(), newId()];
  const details = { after: "user" };
  await resources.database.transaction((transaction) =>
    record(transaction, "user.role.changed", { actorId, subjectId, details }),
  );
  const [event] = await auditEvents(resources, "user.role.changed", { actorId });
  assert.ok(event);
  assert.equal(event.subjectId, subjectId);
  assert.deepEqual(event.details, details);
  assert.ok(Math.abs(Date.now() - event.createdAt.getTime()) < 60_000);
});

test("an event of a request names it and its client", async (t) => {
  const service = await startService(t);
  const { client, user } = await signUp(service, "user", { address: "198.51.100.7" });
  const answer = await client.get("/api/v1/users");
  const [event] = await auditEvents(service.resources, "access.denied", { actorId: user.id });
  assert.ok(event);
  assert.equal(event.requestId, answer.headers["x-request-id"]);
  assert.equal(event.clientAddress, "198.51.100.7");
});

test("an event without anybody is kept as well", async (t) => {
  const { resources } = await startService(t);
  await resources.database.transaction((transaction) => record(transaction, "user.disabled"));
  const [event, ...others] = await auditEvents(resources, "user.disabled");
  assert.equal(others.length, 0);
  assert.deepEqual([event?.actorId, event?.subjectId, event?.details], [undefined, undefined, {}]);
});

test("what did not happen is not kept", async (t) => {
  const service = await startService(t);
  const failing = service.resources.database.transaction(async (transaction) => {
    await record(transaction, "user.deleted");
    throw new Error("undone");
  });
  await assert.rejects(failing, /undone/);
  assert.deepEqual(await auditEvents(service.resources, "user.deleted"), []);
  assert.deepEqual(auditLines(service), []);
});

test("no level of the log leaves events out", async (t) => {
  for (const LOG_LEVEL of ["debug", "info", "warning", "error"]) {
    const service = await startService(t, { LOG_LEVEL });
    await service.resources.database.transaction((transaction) =>
      record(transaction, "user.disabled"),
    );
    const events = auditLines(service).map(({ event, level }) => [event, level]);
    assert.deepEqual(events, [["user.disabled", "info"]], LOG_LEVEL);
  }
});

test("nothing is logged before the commit", async (t) => {
  const service = await startService(t);
  await service.resources.database.transaction(async (transaction) => {
    await record(transaction, "user.deleted");
    await record(transaction, "user.disabled");
    assert.deepEqual(auditLines(service), []);
  });
  assert.deepEqual(
    auditLines(service).map((line) => line["event"]),
    ["user.deleted", "user.disabled"],
  );
});

test("an event is a line of the log", async (t) => {
  const service = await startService(t);
  const actorId = newId();
  await service.resources.database.transaction((transaction) =>
    record(transaction, "access.denied", { actorId, details: { permission: "x" } }),
  );
  const [line] = auditLines(service);
  const { time: _, ...rest } = line ?? {};
  assert.deepEqual(rest, {
    level: "info",
    channel: "audit",
    event: "access.denied",
    actor: actorId,
    permission: "x",
  });
});

test("what is not in the table is not recorded", async (t) => {
  const { resources } = await startService(t);
  const unknown: [string, Readonly<Record<string, string>>][] = [
    ["user.abducted", {}],
    ["toString", {}],
    ["user.deleted", { reason: "x" }],
  ];
  for (const [event, details] of unknown) {
    const recording = resources.database.transaction((transaction) =>
      record(transaction, event as EventName, { details: details as never }),
    );
    await assert.rejects(recording, new RegExp(event));
  }
});
