"""The indexes that a table has."""

from tortoise.backends.base.client import BaseDBAsyncClient


async def indexes(client: BaseDBAsyncClient, table: str) -> set[tuple[str, ...]]:
    """List the columns of each index of a table, without that of its key."""
    found = await client.execute_query_dict(
        "SELECT array_agg(pg_attribute.attname::text ORDER BY part.position) AS columns "
        "FROM pg_index CROSS JOIN unnest(indkey) WITH ORDINALITY AS part (number, position) "
        "JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number "
        "WHERE indrelid = $1::text::regclass AND NOT indisprimary GROUP BY indexrelid",
        [table],
    )
    return {tuple(row["columns"]) for row in found}
