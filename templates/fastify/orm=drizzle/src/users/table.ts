import { flag, index, key, moment, table, text } from "../database/columns.ts";

export const users = table(
  "users",
  {
    id: key("id"),
    email: text("email", 254).notNull().unique(),
    fullName: text("full_name", 200).notNull(),
    role: text("role", 20).notNull(),
    isActive: flag("is_active").notNull(),
    emailVerified: flag("email_verified").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (row) => [index("users_role_index").on(row.role)],
);
