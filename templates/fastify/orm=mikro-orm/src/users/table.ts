import { defineEntity, p } from "@mikro-orm/core";
import { key, moment, text } from "../database/columns.ts";

export const users = defineEntity({
  name: "User",
  tableName: "users",
  properties: {
    id: key(),
    email: text(254).unique(),
    fullName: text(200),
    role: text(20).index(),
    isActive: p.boolean(),
    emailVerified: p.boolean(),
    createdAt: moment(),
  },
});
