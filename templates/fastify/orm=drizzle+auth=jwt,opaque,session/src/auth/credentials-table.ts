import { key, moment, table, text } from "../database/columns.ts";
import { users } from "../users/table.ts";

/** Password hashes, apart from the accounts. */
export const credentials = table("credentials", {
  userId: key("user_id").references(() => users.id, { onDelete: "cascade" }),
  passwordHash: text("password_hash", 255).notNull(),
  changedAt: moment("changed_at").notNull(),
});
