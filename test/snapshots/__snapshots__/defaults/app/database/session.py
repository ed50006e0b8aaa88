"""What a repository runs its statements on."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

# A transaction is a session; a reader is a bare connection.
Session = AsyncSession | AsyncConnection
