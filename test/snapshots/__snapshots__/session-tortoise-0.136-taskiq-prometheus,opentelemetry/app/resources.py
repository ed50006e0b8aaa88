"""Resources of the running service: opened in this order, and closed in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.auth.breaches import Breaches
from app.auth.hashing import Passwords
from app.database.engine import Database
from app.jobs.queue import Jobs
from app.security.encryption import FieldCipher
from app.security.keys import Keys
from app.settings import Settings
from app.state.store import Store
from app.telemetry.tracing import Tracing


@dataclass(frozen=True)
class Resources:
    """Shared by all requests; safe to use from many tasks at once."""

    settings: Settings
    keys: Keys
    cipher: FieldCipher
    store: Store
    database: Database
    passwords: Passwords
    breaches: Breaches
    jobs: Jobs
    tracing: Tracing


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open every resource; those already open are closed if a later one fails."""
    async with AsyncExitStack() as stack:
        yield Resources(
            settings=settings,
            keys=Keys(settings),
            cipher=FieldCipher(settings.field_encryption_keys),
            store=await stack.enter_async_context(Store.open(settings)),
            database=await stack.enter_async_context(Database.open(settings)),
            passwords=await stack.enter_async_context(Passwords.open(settings)),
            breaches=await stack.enter_async_context(Breaches.open(settings)),
            jobs=await stack.enter_async_context(Jobs.open(settings)),
            tracing=await stack.enter_async_context(Tracing.open(settings)),
        )


async def _resources(request: Request) -> Resources:
    resources: Resources = request.app.state.resources
    return resources


ResourcesDep = Annotated[Resources, Depends(_resources)]
