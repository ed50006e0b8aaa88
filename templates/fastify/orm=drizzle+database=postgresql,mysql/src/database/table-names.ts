/** Names of the tables of the service, for granting privileges. */

import { getTableName, isTable } from "drizzle-orm";
import { migrations } from "./migrations-table.ts";
import * as tables from "./tables.ts";

/** The table of the migration history. */
export const HISTORY = getTableName(migrations);

export const tableNames = (): string[] =>
  Object.values(tables).filter(isTable).map(getTableName).toSorted();
