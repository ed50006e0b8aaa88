"""What migrations on PostgreSQL ask for, whoever runs them."""

from typing import Any, Final

from app.database.driver import connect

_TURN_SECONDS: Final = 60
# Locks are counted for each database apart.
_TAKE_TURN: Final = "SELECT pg_advisory_lock(hashtext('migrate'))"


async def connect_in_turn(url: str) -> Any:
    """Open a connection to migrate with; waits until that of another migration is closed."""
    connection = await connect(url)
    try:
        await connection.execute(_TAKE_TURN, timeout=_TURN_SECONDS)
    except BaseException:
        connection.terminate()
        raise
    return connection
