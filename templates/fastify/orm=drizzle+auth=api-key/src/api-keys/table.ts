import { id, index, key, table, text } from "../database/columns.ts";
import { tokens } from "../tokens/table.ts";

/** The rest of a key is its row in `tokens`, with the same id. */
export const apiKeys = table(
  "api_keys",
  {
    id: key("id").references(() => tokens.id, { onDelete: "cascade" }),
    name: text("name", 100).notNull(),
    parentId: id("parent_id").references(() => tokens.id, { onDelete: "set null" }),
  },
  (row) => [index("api_keys_parent_id_index").on(row.parentId)],
);
