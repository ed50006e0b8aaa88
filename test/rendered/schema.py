"""Compares the keys, indexes and triggers of a database with those that the models declare.

Arguments: the URL of the database, and that of an empty one. Run in the folder of a service.
"""

import asyncio
import re
import sys
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

FOREIGN_KEYS_AND_MORE = {
    "postgresql": """
        SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename || ' ' || regexp_replace(indexdef, 'INDEX \\S+', 'INDEX')
            FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT enumtypid::regtype || ' ' || enumlabel FROM pg_enum""",
    "mysql": """
        SELECT CONCAT_WS(' ', k.table_name, column_name, k.referenced_table_name,
                referenced_column_name, delete_rule) FROM information_schema.key_column_usage k
            JOIN information_schema.referential_constraints USING (constraint_schema, constraint_name)
            WHERE constraint_schema = DATABASE()
        UNION ALL SELECT CONCAT_WS(' ', table_name, non_unique, seq_in_index, column_name,
                (SELECT GROUP_CONCAT(o.column_name ORDER BY o.seq_in_index)
                    FROM information_schema.statistics o WHERE o.table_schema = s.table_schema
                        AND o.table_name = s.table_name AND o.index_name = s.index_name))
            FROM information_schema.statistics s WHERE table_schema = DATABASE()
        UNION ALL SELECT CONCAT_WS(' ', event_object_table, action_timing, event_manipulation,
                action_statement) FROM information_schema.triggers
            WHERE trigger_schema = DATABASE()
        UNION ALL SELECT CONCAT_WS(' ', table_name, column_name, column_type)
            FROM information_schema.columns
            WHERE table_schema = DATABASE() AND data_type = 'enum'""",
    "sqlite": """
        SELECT m.name || ' ' || f."from" || ' ' || f."table" || ' ' || f."to" || ' ' || on_delete
            FROM sqlite_master m, pragma_foreign_key_list(m.name) f
        UNION ALL SELECT m.name || ' ' || l."unique" || ' ' ||
                (SELECT group_concat(name) FROM pragma_index_info(l.name))
            FROM sqlite_master m, pragma_index_list(m.name) l WHERE m.type = 'table'
        UNION ALL SELECT sql FROM sqlite_master WHERE type = 'trigger'""",
}


async def read(url: str, statement: str) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        import sqlite3

        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return [row[0] for row in connection.execute(statement) if row]
    if parts.scheme == "postgresql":
        import asyncpg

        connection = await asyncpg.connect(url)
        try:
            return [row[0] for row in await connection.fetch(statement)]
        finally:
            await connection.close()
    import asyncmy

    account = {"user": unquote(parts.username), "password": unquote(parts.password or "")}
    place = {"host": parts.hostname, "port": parts.port or 3306, "db": parts.path[1:]}
    async with asyncmy.connect(**account, **place, autocommit=True) as connection:
        async with connection.cursor() as cursor:
            await cursor.execute(statement)
            return [row[0] for row in await cursor.fetchall()]


def without_names(lines: Iterable[str]) -> set[str]:
    return {re.sub(r"\s+", " ", line) for line in lines}


def main(task: str, url: str, argument: str) -> None:
    if task == "run":
        print(asyncio.run(read(url, argument)))
        return
    sys.path.insert(0, ".")
    from tests.support.schema import declare

    declare(argument, "audit_events")
    statement = FOREIGN_KEYS_AND_MORE[urlsplit(url).scheme]
    record = ("alembic_version", "tortoise_migrations")
    found, declared = (
        {
            line
            for line in without_names(asyncio.run(read(place, statement)))
            if not line.startswith(record)
        }
        for place in (url, argument)
    )
    print(len(found))
    print(*(f"- {line}" for line in sorted(declared - found)), sep="\n", end="")
    print(*(f"+ {line}" for line in sorted(found - declared)), sep="\n", end="")


main(*sys.argv[1:])
