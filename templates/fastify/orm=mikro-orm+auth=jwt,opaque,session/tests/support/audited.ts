import { auditEvents as table } from "../../src/audit/table.ts";
import type { Resources } from "../../src/resources.ts";

/** Lists what the audit trail holds about an account, oldest first. */
export const audited = async ({ database }: Resources, subjectId: string): Promise<string[]> => {
  const rows = await database.reader((reader) =>
    reader.find(table, { subjectId }, { orderBy: { id: "asc" } }),
  );
  return rows.map((row) => row.event);
};
