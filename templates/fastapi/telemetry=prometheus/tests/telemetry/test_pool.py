"""Database connections are counted while they are taken."""

from uuid import uuid4

from app.resources import Resources
from app.telemetry.metrics import REGISTRY
from app.users.repository import UserRepository


def in_use() -> float:
    return REGISTRY.get_sample_value("database_connections_in_use") or 0


async def test_a_connection_is_counted_while_it_is_taken(resources: Resources) -> None:
    for take in (resources.database.reader, resources.database.transaction):
        assert in_use() == 0
        async with take() as session:
            assert await UserRepository(session).get(uuid4()) is None
            assert in_use() == 1
    assert in_use() == 0
