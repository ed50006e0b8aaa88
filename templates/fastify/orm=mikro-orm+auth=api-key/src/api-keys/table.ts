import { defineEntity, p } from "@mikro-orm/core";
import { text } from "../database/columns.ts";
import { tokens } from "../tokens/table.ts";

/** The rest of a key is its row in `tokens`, with the same id. */
export const apiKeys = defineEntity({
  name: "ApiKey",
  tableName: "api_keys",
  properties: {
    token: () => p.oneToOne(tokens).primary().owner().fieldName("id").deleteRule("cascade"),
    name: text(100),
    parentId: () =>
      p
        .manyToOne(tokens)
        .mapToPk()
        .nullable()
        .fieldName("parent_id")
        .deleteRule("set null")
        .index(),
  },
});
