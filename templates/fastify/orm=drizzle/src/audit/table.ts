import { id, index, key, longText, moment, table, text } from "../database/columns.ts";

/** Append-only: the migration adds triggers that refuse UPDATE and DELETE. */
export const auditEvents = table(
  "audit_events",
  {
    id: key("id"),
    createdAt: moment("created_at").notNull(),
    event: text("event", 50).notNull(),
    actorId: id("actor_id"),
    subjectId: id("subject_id"),
    requestId: text("request_id", 64),
    clientAddress: text("client_address", 45),
    details: longText("details").notNull(),
  },
  (row) => [
    index("audit_events_event_index").on(row.event),
    index("audit_events_actor_id_index").on(row.actorId),
  ],
);
