/** The history of migrations. */

import { now } from "../clock.ts";
import type { Session } from "./session.ts";

/** The table of the migration history. */
export const HISTORY = "schema_migrations";

/** Names the migrations that were applied to the database. */
export const appliedMigrations = async (session: Session): Promise<ReadonlySet<string>> => {
  const rows = await session.execute<{ name: string }[]>(`select name from ${HISTORY}`);
  return new Set(rows.map((row) => row.name));
};

/** Notes that a migration was applied. */
export const noteMigration = async (session: Session, name: string): Promise<void> => {
  await session.execute(
    `insert into ${HISTORY} (name, applied_at) values (?, ?)`,
    [name, now()],
    "run",
  );
};
