/** The audit trail: security events, in the log and in an append-only table (ASVS 5.0 V16). */

import { now } from "../clock.ts";
import { afterCommit } from "../database/commits.ts";
import type { Transaction } from "../database/session.ts";
import { newId } from "../ids.ts";
import { auditLog } from "../logging.ts";
import { currentRequest } from "../security/request-context.ts";
import { EVENTS, type EventName } from "./events.ts";
import { AuditRepository } from "./repository.ts";

/** The details of an event. No secrets and no personal data: they cannot be deleted in time. */
export type Details<Name extends EventName> = {
  readonly [Detail in (typeof EVENTS)[Name][number]]?: string;
};

export interface About<Name extends EventName> {
  readonly actorId?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly details?: Details<Name>;
}

/**
 * Records a security event in the transaction of the change.
 *
 * It is logged after the commit.
 */
export const record = async <Name extends EventName>(
  transaction: Transaction,
  event: Name,
  { actorId, subjectId, details }: About<Name> = {},
): Promise<void> => {
  const given: Readonly<Record<string, string>> = { ...details };
  const known: readonly string[] = EVENTS[event] ?? [];
  if (!Object.hasOwn(EVENTS, event) || !Object.keys(given).every((name) => known.includes(name))) {
    const names = Object.keys(given).join(", ");
    throw new RangeError(`src/audit/events.ts has no ${event} with these details: ${names}`);
  }
  const request = currentRequest();
  await new AuditRepository(transaction).add({
    id: newId(),
    createdAt: now(),
    event,
    actorId,
    subjectId,
    requestId: request?.id,
    clientAddress: request?.loggedAddress,
    details: given,
  });
  afterCommit(transaction, () => {
    auditLog.info({ event, channel: "audit", actor: actorId, subject: subjectId, ...given });
    request?.kept.push(event);
  });
};
