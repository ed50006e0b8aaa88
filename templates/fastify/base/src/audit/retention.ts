/** How long audit events are kept. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import { firstIdAt } from "../ids.ts";
import type { Settings } from "../settings/index.ts";
import { AuditRepository } from "./repository.ts";
import { record } from "./trail.ts";

const DAY = 86_400_000;

/** Deletes events older than `AUDIT_RETENTION_DAYS`; an event records how many. */
export const purgeAuditEvents = async (
  transaction: Transaction,
  settings: Settings,
  limit: number,
): Promise<number> => {
  const oldest = new Date(now().getTime() - settings.auditRetentionDays * DAY);
  const count = await new AuditRepository(transaction).deleteBefore(firstIdAt(oldest), limit);
  if (count > 0) {
    await record(transaction, "audit.purged", { details: { count: String(count) } });
  }
  return count;
};
