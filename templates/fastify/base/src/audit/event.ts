/** A security event, as it is stored. */

/** `actorId` acted on `subjectId`; neither is a foreign key, since the trail outlives both. */
export interface AuditEvent {
  readonly id: string;
  readonly createdAt: Date;
  readonly event: string;
  readonly actorId: string | undefined;
  readonly subjectId: string | undefined;
  readonly requestId: string | undefined;
  readonly clientAddress: string | undefined;
  readonly details: Readonly<Record<string, string>>;
}
