import { flag, id, index, key, moment, table, text } from "../database/columns.ts";
import { unique } from "../database/unique.ts";
import { users } from "../users/table.ts";

/** Outlives its account: otherwise a token issued before the deletion would create a new one. */
export const identities = table(
  "identities",
  {
    id: key("id"),
    issuer: text("issuer", 255).notNull(),
    subject: text("subject", 255).notNull(),
    userId: id("user_id").references(() => users.id, { onDelete: "set null" }),
    endedAt: moment("ended_at"),
    rolesAsOf: moment("roles_as_of"),
    isBarred: flag("is_barred").notNull(),
  },
  (row) => [
    unique("identities_issuer_subject_unique").on(row.issuer, row.subject),
    index("identities_user_id_index").on(row.userId),
  ],
);
