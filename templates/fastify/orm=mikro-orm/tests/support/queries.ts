/** What the tests ask of the database beyond the service's own queries. */

import type { AuditEvent } from "../../src/audit/event.ts";
import type { EventName } from "../../src/audit/events.ts";
import { auditEvents as table } from "../../src/audit/table.ts";
import { now } from "../../src/clock.ts";
import { run } from "../../src/database/dialect.ts";
import { HISTORY, noteMigration } from "../../src/database/history.ts";
import { statements } from "../../src/database/statements.ts";
import { newId } from "../../src/ids.ts";
import type { Resources } from "../../src/resources.ts";
import { users } from "../../src/users/table.ts";

/** Collects the statements that reach the database during some work. */
export const recordedStatements = async (work: () => Promise<unknown>): Promise<string[]> => {
  const sent: string[] = [];
  const record = (statement: unknown) => sent.push(String(statement));
  statements.subscribe(record);
  try {
    await work();
  } finally {
    statements.unsubscribe(record);
  }
  return sent;
};

/** Runs a statement as the service could. */
export const execute = ({ database }: Resources, statement: string): Promise<void> =>
  database.transaction((transaction) => run(transaction, statement));

/** Reads the events of a name, by some or any, about some or any, oldest first. */
export const auditEvents = async (
  { database }: Resources,
  event: EventName,
  about: { readonly actorId?: string; readonly subjectId?: string } = {},
): Promise<AuditEvent[]> => {
  const rows = await database.reader((reader) =>
    reader.find(table, { event, ...about }, { orderBy: { id: "asc" } }),
  );
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.createdAt,
    event,
    actorId: row.actorId ?? undefined,
    subjectId: row.subjectId ?? undefined,
    requestId: row.requestId ?? undefined,
    clientAddress: row.clientAddress ?? undefined,
    details: JSON.parse(row.details),
  }));
};

/** Stores many accounts at once. */
export const addUsers = async ({ database }: Resources, count: number): Promise<void> => {
  const rows = Array.from({ length: count }, () => {
    const id = newId();
    return {
      id,
      email: `${id}@example.com`,
      fullName: "One Of Many",
      role: "user",
      isActive: true,
      emailVerified: true,
      createdAt: now(),
    };
  });
  await database.transaction(async (transaction) => {
    for (let begin = 0; begin < count; begin += 500) {
      await transaction.insertMany(users, rows.slice(begin, begin + 500));
    }
  });
};

/** Has the owner's database say that it has the schema of another release than this one. */
export const recordRelease = async (
  { database }: Resources,
  release: "earlier" | "later",
): Promise<void> => {
  await database.transaction(async (transaction) => {
    if (release === "later") {
      await noteMigration(transaction, "99991231235959_of_a_later_release");
    } else {
      await run(transaction, `DELETE FROM ${HISTORY}`);
    }
  });
};
