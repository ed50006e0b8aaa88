/** Writes of the audit trail: events are appended, and only the oldest can be deleted. */

import { liftBan, restoreBan } from "../database/append-only.ts";
import { run } from "../database/dialect.ts";
import { FRESH, type Session } from "../database/session.ts";
import type { AuditEvent } from "./event.ts";
import { auditEvents } from "./table.ts";

const TABLE = "audit_events";

export class AuditRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Appends an event. */
  async add(event: AuditEvent): Promise<void> {
    const details = JSON.stringify(event.details);
    await this.#session.insert(auditEvents, { ...event, details });
  }

  /** Deletes the oldest events before an id; requires the owner of the table. */
  async deleteBefore(eventId: string, limit: number): Promise<number> {
    const oldest = await this.#session.find(
      auditEvents,
      { id: { $lt: eventId } },
      { ...FRESH, fields: ["id"], orderBy: { id: "asc" }, limit },
    );
    const last = oldest.at(-1);
    if (last !== undefined) {
      await this.#run(liftBan(TABLE));
      await this.#session.nativeDelete(auditEvents, { id: { $lte: last.id } });
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
