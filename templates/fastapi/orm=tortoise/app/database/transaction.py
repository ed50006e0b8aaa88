"""Database sessions as dependencies of routes."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends

from app.database.session import Session
from app.resources import ResourcesDep


async def _transaction(resources: ResourcesDep) -> AsyncIterator[Session]:
    async with resources.database.transaction() as transaction:
        yield transaction


async def _reader(resources: ResourcesDep) -> AsyncIterator[Session]:
    async with resources.database.reader() as reader:
        yield reader


# Function scope: the commit comes before the response, so that a failed commit is an error and not
# a 200.
Transaction = Annotated[Session, Depends(_transaction, scope="function")]
Reader = Annotated[Session, Depends(_reader, scope="function")]
