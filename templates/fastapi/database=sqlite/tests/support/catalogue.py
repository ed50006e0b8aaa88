"""What is in a database, as SQLite itself describes it."""

import re
import sqlite3
from contextlib import closing
from typing import Final

# The names of constraints and indexes are left out.
_LINES: Final = """
WITH ours AS (
    SELECT name AS ours FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
)
SELECT ours || ': ' || info.name || ' ' || type || iif("notnull", ' NOT NULL', '')
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
"""
_CHECK: Final = re.compile(r"CHECK\s*\((?:[^()]|\([^()]*\))*\)")


def describe(url: str) -> set[str]:
    """List columns, foreign keys, checks, indexes and triggers."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        lines = {line for (line,) in connection.execute(_LINES)}
        # No function lists them.
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        return lines | {
            f"{name}: {' '.join(check.split())}"
            for name, statement in tables
            for check in _CHECK.findall(statement)
        }
