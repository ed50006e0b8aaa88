/** What the code declares of the schema, as MikroORM says it. */

import { undeclaredChanges as changes, schemaTool } from "../../generate-migration.ts";

/** Returns the statements that the migrations lack. */
export const undeclaredChanges = async (): Promise<readonly string[]> =>
  (await changes()).statements;

/** Returns the statements that create all tables. */
export const declaredStatements = async (): Promise<string[]> =>
  (await schemaTool().schema.getCreateSchemaSQL({ wrap: false }))
    .split(/;\s*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
