"""Client addresses that have signed in to an account: failures of others do not block them."""

from datetime import timedelta
from typing import Final

from app.auth.known_addresses import KnownAddressRepository
from app.clock import now
from app.database.transaction import Transaction
from app.resources import Resources
from app.security.rate_limit import counted_address
from app.settings import Settings
from app.users.model import User

KNOWN_FOR: Final = timedelta(days=30)
_PURPOSE: Final = "known-address"


async def is_known(resources: Resources, email: str, client_address: str | None) -> bool:
    """Return whether the account was signed in to from an address within `KNOWN_FOR`."""
    if client_address is None:
        return False
    digests = _digests(resources, email, client_address)
    async with resources.database.reader() as reader:
        return await KnownAddressRepository(reader).is_known(digests, now() - KNOWN_FOR)


async def remember(
    transaction: Transaction, resources: Resources, user: User, client_address: str | None
) -> None:
    """Record the client address of the owner of an account, whose row is locked."""
    if client_address is not None:
        digests = _digests(resources, user.email, client_address)
        await KnownAddressRepository(transaction).remember(user.id, digests, now())


async def purge_known_addresses(transaction: Transaction, _settings: Settings, limit: int) -> int:
    """Delete addresses after `KNOWN_FOR`."""
    return await KnownAddressRepository(transaction).delete_before(now() - KNOWN_FOR, limit)


def _digests(resources: Resources, email: str, client_address: str) -> tuple[bytes, ...]:
    network = counted_address(client_address)
    return resources.keys.macs(_PURPOSE, f"{email}\n{network}".encode())
