/** What is in a database, as SQLite itself describes it. */

import { execute } from "./database.ts";

// The names of constraints and indexes are left out.
const LINES = `
WITH ours AS (
    SELECT name AS ours FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations'
)
SELECT ours || ': ' || info.name || ' ' || type || iif("notnull" AND NOT pk, ' NOT NULL', '')
    || iif(pk, ' KEY ' || pk, '') || coalesce(' DEFAULT ' || dflt_value, '')
FROM ours, pragma_table_info(ours) AS info
UNION ALL
SELECT ours || ': FOREIGN KEY ' || group_concat("from") || ' REFERENCES ' || "table" || ' '
    || group_concat("to") || ' ON DELETE ' || on_delete || ' ON UPDATE ' || on_update
FROM ours, pragma_foreign_key_list(ours) GROUP BY ours, id
UNION ALL
SELECT ours || ': ' || iif("unique", 'UNIQUE ', '') || 'INDEX '
    || (SELECT group_concat(name) FROM pragma_index_info(list.name))
FROM ours, pragma_index_list(ours) AS list WHERE origin <> 'pk'
UNION ALL
SELECT tbl_name || ': ' || sql FROM sqlite_master WHERE type = 'trigger'
`;

/** Lists columns, foreign keys, indexes and triggers. */
export const describe = async (url: string): Promise<string[]> =>
  (await execute(url, LINES)).map(([line]) => String(line)).toSorted();
