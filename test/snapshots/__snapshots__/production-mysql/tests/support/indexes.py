"""The indexes that a table has."""

from tortoise.backends.base.client import BaseDBAsyncClient


async def indexes(client: BaseDBAsyncClient, table: str) -> set[tuple[str, ...]]:
    """List the columns of each index of a table, without that of its key."""
    found = await client.execute_query_dict(
        "SELECT index_name AS name, column_name AS part FROM information_schema.statistics "
        "WHERE table_schema = DATABASE() AND table_name = %s AND index_name <> 'PRIMARY' "
        "ORDER BY index_name, seq_in_index",
        [table],
    )
    columns: dict[str, list[str]] = {}
    for row in found:
        columns.setdefault(row["name"], []).append(row["part"])
    return {tuple(names) for names in columns.values()}
