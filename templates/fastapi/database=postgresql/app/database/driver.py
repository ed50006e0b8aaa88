"""Connections to PostgreSQL."""

from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]

_CONNECT_SECONDS: Final = 5.0


async def connect(url: str) -> Any:
    """Open a connection, in a bounded time; options in the URL mean what libpq means by them."""
    return await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
