import { defineEntity, p } from "@mikro-orm/core";
import { id, key, moment, text } from "../database/columns.ts";
import { fixedBytes } from "../database/fixed-bytes.ts";
import { users } from "../users/table.ts";

export const tokens = defineEntity({
  name: "Token",
  tableName: "tokens",
  properties: {
    id: key(),
    kind: text(20),
    userId: () => p.manyToOne(users).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    familyId: id().index(),
    digest: fixedBytes(32).unique(),
    scopes: p.text().nullable(),
    createdAt: moment(),
    expiresAt: moment().nullable(),
    lastUsedAt: moment().nullable(),
    revokedAt: moment().nullable(),
    signedInAt: moment().nullable(),
    clientAddress: text(45).nullable(),
  },
});
