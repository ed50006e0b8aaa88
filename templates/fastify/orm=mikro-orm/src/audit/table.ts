import { defineEntity, p } from "@mikro-orm/core";
import { id, key, moment, text } from "../database/columns.ts";

/** Append-only: the migration adds triggers that refuse UPDATE and DELETE. */
export const auditEvents = defineEntity({
  name: "AuditEvent",
  tableName: "audit_events",
  properties: {
    id: key(),
    createdAt: moment(),
    event: text(50).index(),
    actorId: id().nullable().index(),
    subjectId: id().nullable(),
    requestId: text(64).nullable(),
    clientAddress: text(45).nullable(),
    details: p.text(),
  },
});
