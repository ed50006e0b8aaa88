/** The history of migrations. */

import { now } from "../clock.ts";
import { migrations } from "./migrations-table.ts";
import type { Session } from "./session.ts";

/** Names the migrations that were applied to the database. */
export const appliedMigrations = async (session: Session): Promise<ReadonlySet<string>> => {
  const rows = await session.select({ name: migrations.name }).from(migrations);
  return new Set(rows.map((row) => row.name));
};

/** Notes that a migration was applied. */
export const noteMigration = async (session: Session, name: string): Promise<void> => {
  await session.insert(migrations).values({ name, appliedAt: now() });
};
