import { id, index, key, moment, table } from "../database/columns.ts";
import { fixedBytes } from "../database/fixed-bytes.ts";
import { users } from "../users/table.ts";

/** A keyed hash of an account and an address: the table does not reveal addresses. */
export const knownAddresses = table(
  "known_addresses",
  {
    id: key("id"),
    userId: id("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    digest: fixedBytes("digest", 32).notNull().unique(),
    usedAt: moment("used_at").notNull(),
  },
  (row) => [
    index("known_addresses_user_id_index").on(row.userId),
    index("known_addresses_used_at_index").on(row.usedAt),
  ],
);
