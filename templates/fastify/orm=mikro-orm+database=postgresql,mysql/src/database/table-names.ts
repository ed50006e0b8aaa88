/** Names of the tables of the service, for granting privileges. */

import * as tables from "./tables.ts";

export { HISTORY } from "./history.ts";

export const tableNames = (): string[] =>
  Object.values(tables)
    .map((table) => table.meta.tableName)
    .toSorted();
