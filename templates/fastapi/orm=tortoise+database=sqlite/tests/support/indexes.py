"""The indexes that a table has."""

from tortoise.backends.base.client import BaseDBAsyncClient


async def indexes(client: BaseDBAsyncClient, table: str) -> set[tuple[str, ...]]:
    """List the columns of each index of a table, without that of its key."""
    found = await client.execute_query_dict(
        "SELECT list.name, info.name AS column_name "
        "FROM pragma_index_list(?) AS list JOIN pragma_index_info(list.name) AS info "
        "WHERE list.origin <> 'pk' ORDER BY list.name, info.seqno",
        [table],
    )
    columns: dict[str, list[str]] = {}
    for row in found:
        columns.setdefault(row["name"], []).append(row["column_name"])
    return {tuple(names) for names in columns.values()}
