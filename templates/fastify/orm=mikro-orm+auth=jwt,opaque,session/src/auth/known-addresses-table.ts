import { defineEntity, p } from "@mikro-orm/core";
import { key, moment } from "../database/columns.ts";
import { fixedBytes } from "../database/fixed-bytes.ts";
import { users } from "../users/table.ts";

/** A keyed hash of an account and an address: the table does not reveal addresses. */
export const knownAddresses = defineEntity({
  name: "KnownAddress",
  tableName: "known_addresses",
  properties: {
    id: key(),
    userId: () => p.manyToOne(users).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    digest: fixedBytes(32).unique(),
    usedAt: moment().index(),
  },
});
