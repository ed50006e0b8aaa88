import { defineEntity, p } from "@mikro-orm/core";
import { key, moment, text } from "../database/columns.ts";
import { users } from "../users/table.ts";

/** Outlives its account: otherwise a token issued before the deletion would create a new one. */
export const identities = defineEntity({
  name: "Identity",
  tableName: "identities",
  properties: {
    id: key(),
    issuer: text(255),
    subject: text(255),
    userId: () =>
      p.manyToOne(users).mapToPk().nullable().fieldName("user_id").deleteRule("set null").index(),
    endedAt: moment().nullable(),
    rolesAsOf: moment().nullable(),
    isBarred: p.boolean(),
  },
  uniques: [{ properties: ["issuer", "subject"] }],
});
