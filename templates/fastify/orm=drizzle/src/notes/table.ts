import { bytes, id, index, key, moment, table, text } from "../database/columns.ts";
import { users } from "../users/table.ts";

export const notes = table(
  "notes",
  {
    id: key("id"),
    ownerId: id("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    title: text("title", 200).notNull(),
    body: bytes("body").notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (row) => [index("notes_owner_id_id_index").on(row.ownerId, row.id)],
);
