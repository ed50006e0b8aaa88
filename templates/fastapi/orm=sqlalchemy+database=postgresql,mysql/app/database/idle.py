"""Idle connections, which the server may have closed."""

import time
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

_IDLE_SECONDS_BEFORE_PING: Final = 5.0


def ping_if_idle(engine: AsyncEngine) -> None:
    """Let the pool test idle connections before use, and replace lost ones.

    A ping before each use would cost a second round trip per request.
    """
    dialect = engine.sync_engine.dialect

    def remember(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["idle_since"] = time.monotonic()

    def ping(connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
        idle_since = entry.info.get("idle_since")
        if idle_since is None or time.monotonic() - idle_since < _IDLE_SECONDS_BEFORE_PING:
            return
        try:
            dialect.do_ping(connection)
        except Exception as error:
            raise DisconnectionError from error

    event.listen(engine.sync_engine, "checkin", remember)
    event.listen(engine.sync_engine, "checkout", ping)
