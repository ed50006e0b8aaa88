import { moment, table, text } from "./columns.ts";

/** The history of migrations: which ones were applied, and when. */
export const migrations = table("schema_migrations", {
  name: text("name", 200).primaryKey(),
  appliedAt: moment("applied_at").notNull(),
});
