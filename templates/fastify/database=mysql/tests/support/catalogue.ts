/** What is in a database, as MySQL or MariaDB itself describes it. */

import { execute } from "./database.ts";

// The names of constraints and indexes are left out.
const QUERIES = [
  `SELECT CONCAT_WS(' ', CONCAT(table_name, ':'), engine, table_collation)
  FROM information_schema.tables WHERE table_schema = DATABASE()`,
  `SELECT CONCAT_WS(' ', CONCAT(table_name, ':'), column_name, column_type, collation_name,
      IF(is_nullable = 'NO', 'NOT NULL', NULL), CONCAT('DEFAULT ', column_default), extra)
  FROM information_schema.columns WHERE table_schema = DATABASE()`,
  `SELECT CONCAT_WS(' ', CONCAT(keys_.table_name, ':'), 'FOREIGN KEY',
      GROUP_CONCAT(column_name ORDER BY ordinal_position), 'REFERENCES',
      keys_.referenced_table_name,
      GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position),
      'ON DELETE', delete_rule, 'ON UPDATE', update_rule)
  FROM information_schema.key_column_usage AS keys_
  JOIN information_schema.referential_constraints AS rules
      ON rules.constraint_schema = keys_.table_schema
      AND rules.table_name = keys_.table_name AND rules.constraint_name = keys_.constraint_name
  WHERE table_schema = DATABASE()
  GROUP BY keys_.table_name, keys_.constraint_name, keys_.referenced_table_name,
      delete_rule, update_rule`,
  `SELECT CONCAT_WS(' ', CONCAT(constraints.table_name, ':'), 'CHECK', check_clause)
  FROM information_schema.table_constraints AS constraints
  JOIN information_schema.check_constraints AS checks
      ON checks.constraint_schema = constraints.constraint_schema
      AND checks.constraint_name = constraints.constraint_name
  WHERE table_schema = DATABASE() AND constraint_type = 'CHECK'`,
  `SELECT CONCAT_WS(' ', CONCAT(table_name, ':'), IF(non_unique, NULL, 'UNIQUE'), 'INDEX',
      GROUP_CONCAT(column_name ORDER BY seq_in_index))
  FROM information_schema.statistics WHERE table_schema = DATABASE()
  GROUP BY table_name, index_name, non_unique`,
  `SELECT CONCAT_WS(' ', CONCAT(event_object_table, ':'), 'TRIGGER', trigger_name,
      action_timing, event_manipulation, action_statement)
  FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
];

/** Lists tables, columns, foreign keys, checks, indexes and triggers. */
export const describe = async (url: string): Promise<string[]> => {
  const rows: unknown[][] = [];
  for (const query of QUERIES) {
    rows.push(...(await execute(url, query)));
  }
  return rows
    .map(([line]) => String(line))
    .filter((line) => !line.startsWith("schema_migrations:"))
    .toSorted();
};
