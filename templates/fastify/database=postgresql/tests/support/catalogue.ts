/** What is in a database, as PostgreSQL itself describes it. */

import { execute } from "./database.ts";

// The names of constraints and indexes are left out; what is not ours, such as extensions, as well.
const LINES = `
WITH ours AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    AND relname <> 'schema_migrations'
)
SELECT relname || ': ' || concat_ws(' ', attname, format_type(atttypid, atttypmod),
    CASE WHEN attnotnull THEN 'NOT NULL' END,
    'DEFAULT ' || pg_get_expr(adbin, adrelid))
FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = ours.oid AND adnum = attnum
UNION ALL
SELECT relname || ': ' || pg_get_constraintdef(pg_constraint.oid)
FROM ours JOIN pg_constraint ON conrelid = ours.oid WHERE contype IN ('c', 'f', 'x')
UNION ALL
SELECT relname || ': ' || regexp_replace(pg_get_indexdef(indexrelid), ' INDEX .* USING', ' INDEX')
FROM ours JOIN pg_index ON indrelid = ours.oid
UNION ALL
SELECT relname || ': ' || pg_get_triggerdef(pg_trigger.oid)
FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
UNION ALL
SELECT format('type %s: %s', typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder))
FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
WHERE typnamespace = current_schema()::regnamespace GROUP BY typname
UNION ALL
SELECT 'function: ' || pg_get_functiondef(oid) FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
`;

/** Lists columns, foreign keys, checks, indexes, triggers, enum types and functions. */
export const describe = async (url: string): Promise<string[]> =>
  (await execute(url, LINES)).map(([line]) => String(line)).toSorted();
