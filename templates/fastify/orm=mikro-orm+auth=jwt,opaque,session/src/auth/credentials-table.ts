import { defineEntity, p } from "@mikro-orm/core";
import { moment, text } from "../database/columns.ts";
import { users } from "../users/table.ts";

/** Password hashes, apart from the accounts. */
export const credentials = defineEntity({
  name: "Credential",
  tableName: "credentials",
  properties: {
    userId: () =>
      p.oneToOne(users).mapToPk().primary().owner().fieldName("user_id").deleteRule("cascade"),
    passwordHash: text(255),
    changedAt: moment(),
  },
});
