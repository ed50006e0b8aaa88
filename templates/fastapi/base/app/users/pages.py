"""Pages of accounts, cached for a few seconds: lists are what an administrator looks at most.

Only what a page holds is cached, never who may see it: that is decided before, on each request.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final
from uuid import UUID

from fastapi import Depends

from app.ids import new_id
from app.pagination import PageRequest
from app.resources import Resources, ResourcesDep
from app.security.encryption import DecryptionError
from app.users.repository import UserRepository
from app.users.schemas import UserPage

# What another process changed without telling shows after this time at the latest.
SECONDS: Final = 5
_GENERATION: Final = "users:generation"


async def read(resources: Resources, page: PageRequest) -> bytes:
    """Return a page as JSON."""
    # The generation is taken before the rows: a page that is read while an account changes is
    # kept under a generation that has ended, where nobody looks.
    generation = await _generation(resources)
    place = f"users:{page.limit}:{page.after}"
    key = f"{place}:{generation}"
    if sealed := await resources.store.get(key):
        with suppress(DecryptionError):
            return resources.cipher.unseal(
                sealed, table="cache", column=place, row_id=generation
            ).encode()
    async with resources.database.reader() as reader:
        rows = await UserRepository(reader).page(page.limit + 1, page.after)
    text = UserPage.model_validate(page.of(rows)).model_dump_json()
    # Sealed like a field of the database: a store that others can read must not list addresses.
    sealed = resources.cipher.seal(text, table="cache", column=place, row_id=generation)
    await resources.store.set(key, sealed, SECONDS)
    return text.encode()


async def forget(resources: Resources) -> None:
    """End the generation of pages: an account was added, changed or deleted."""
    await resources.store.delete(_GENERATION)


async def _generation(resources: Resources) -> UUID:
    known = await resources.store.get(_GENERATION)
    if known is not None:
        return UUID(bytes=known)
    generation = new_id()
    await resources.store.set(_GENERATION, generation.bytes, SECONDS)
    return generation


async def _changes_accounts(resources: ResourcesDep) -> AsyncIterator[None]:
    yield
    await forget(resources)


# Among the dependencies of a route's decorator, which end after those of its parameters: the pages
# are forgotten once the transaction is committed, and before the answer.
ChangesAccounts = Depends(_changes_accounts, scope="function")
