import { defineEntity, p } from "@mikro-orm/core";
import { bytes, key, moment, text } from "../database/columns.ts";
import { users } from "../users/table.ts";

export const notes = defineEntity({
  name: "Note",
  tableName: "notes",
  properties: {
    id: key(),
    ownerId: () =>
      p.manyToOne(users).mapToPk().fieldName("owner_id").deleteRule("cascade").index(false),
    title: text(200),
    body: bytes(),
    createdAt: moment(),
    updatedAt: moment(),
  },
  indexes: [{ properties: ["ownerId", "id"] }],
});
