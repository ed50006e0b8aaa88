/** Writes of the audit trail: events are appended, and only the oldest can be deleted. */

import { asc, getTableName, lt, lte } from "drizzle-orm";
import { liftBan, restoreBan } from "../database/append-only.ts";
import { run } from "../database/dialect.ts";
import type { Session } from "../database/session.ts";
import type { AuditEvent } from "./event.ts";
import { auditEvents } from "./table.ts";

const TABLE = getTableName(auditEvents);

export class AuditRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Appends an event. */
  async add(event: AuditEvent): Promise<void> {
    const details = JSON.stringify(event.details);
    await this.#session.insert(auditEvents).values({ ...event, details });
  }

  /** Deletes the oldest events before an id; requires the owner of the table. */
  async deleteBefore(eventId: string, limit: number): Promise<number> {
    const oldest = await this.#session
      .select({ id: auditEvents.id })
      .from(auditEvents)
      .where(lt(auditEvents.id, eventId))
      .orderBy(asc(auditEvents.id))
      .limit(limit);
    const last = oldest.at(-1);
    if (last !== undefined) {
      await this.#run(liftBan(TABLE));
      await this.#session.delete(auditEvents).where(lte(auditEvents.id, last.id));
      await this.#run(restoreBan(TABLE));
    }
    return oldest.length;
  }

  async #run(statements: readonly string[]): Promise<void> {
    for (const statement of statements) {
      await run(this.#session, statement);
    }
  }
}
