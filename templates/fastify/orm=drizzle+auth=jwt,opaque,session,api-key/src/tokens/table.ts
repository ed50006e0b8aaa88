import { id, index, key, longText, moment, table, text } from "../database/columns.ts";
import { fixedBytes } from "../database/fixed-bytes.ts";
import { users } from "../users/table.ts";

export const tokens = table(
  "tokens",
  {
    id: key("id"),
    kind: text("kind", 20).notNull(),
    userId: id("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    familyId: id("family_id").notNull(),
    digest: fixedBytes("digest", 32).notNull().unique(),
    scopes: longText("scopes"),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at"),
    lastUsedAt: moment("last_used_at"),
    revokedAt: moment("revoked_at"),
    signedInAt: moment("signed_in_at"),
    clientAddress: text("client_address", 45),
  },
  (row) => [
    index("tokens_user_id_index").on(row.userId),
    index("tokens_family_id_index").on(row.familyId),
  ],
);
