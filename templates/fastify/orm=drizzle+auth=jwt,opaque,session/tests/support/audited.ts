import { asc, eq } from "drizzle-orm";
import { auditEvents as table } from "../../src/audit/table.ts";
import type { Resources } from "../../src/resources.ts";

/** Lists what the audit trail holds about an account, oldest first. */
export const audited = async ({ database }: Resources, subjectId: string): Promise<string[]> => {
  const rows = await database.reader((reader) =>
    reader
      .select({ event: table.event })
      .from(table)
      .where(eq(table.subjectId, subjectId))
      .orderBy(asc(table.id)),
  );
  return rows.map((row) => row.event);
};
