"""Database sessions as dependencies of routes."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.resources import ResourcesDep


async def _transaction(resources: ResourcesDep) -> AsyncIterator[AsyncSession]:
    async with resources.database.transaction() as transaction:
        yield transaction


async def _reader(resources: ResourcesDep) -> AsyncIterator[AsyncConnection]:
    async with resources.database.reader() as reader:
        yield reader


# Function scope: the commit comes before the response, so that a failed commit is an error and not
# a 200.
Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
Reader = Annotated[AsyncConnection, Depends(_reader, scope="function")]
