"""Pages of accounts, cached for a few seconds, since administrators mostly read lists.

Only the content of a page is cached, never the permission to see it, which is checked on each
request.
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

# Changes by another process are visible after this time at the latest.
SECONDS: Final = 5
_GENERATION: Final = "users:generation"


async def read(resources: Resources, page: PageRequest) -> bytes:
    """Return a page as JSON."""
    # The generation is read before the rows: a page that is read while an account changes is cached
    # under an outdated generation, which is never read.
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
    # Encrypted like a database field: the store must not reveal addresses.
    sealed = resources.cipher.seal(text, table="cache", column=place, row_id=generation)
    await resources.store.set(key, sealed, SECONDS)
    return text.encode()


async def forget(resources: Resources) -> None:
    """Invalidate the cached pages: an account was added, changed or deleted."""
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


# A dependency of the route's decorator, which ends after those of its parameters: the pages are
# invalidated after the commit and before the response.
ChangesAccounts = Depends(_changes_accounts, scope="function")
