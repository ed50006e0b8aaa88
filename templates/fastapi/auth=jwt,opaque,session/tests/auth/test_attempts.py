"""Password guessing, which does not lock the owner out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.auth.known_addresses import MAX_ADDRESSES, KnownAddressRepository
from app.auth.known_clients import is_known, purge_known_addresses, remember
from app.clock import now
from app.resources import Resources
from app.users.model import User
from tests.support.accounts import forgot, reset
from tests.support.factories import make_user
from tests.support.mailbox import Mailbox
from tests.support.passwords import OTHER_PASSWORD, PASSWORD, give_password
from tests.support.service import Service, client_of, running_service
from tests.support.sign_in import attempt_sign_in

HOME = "192.0.2.44"


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    async with running_service(
        database_url,
        rate_limit_auth="5/minute",
        mail_backend="file",
        mail_dir=tmp_path / "mail",
    ) as service:
        yield service


@pytest.fixture
async def account(resources: Resources) -> User:
    """Give an account that can sign in."""
    user = await make_user(resources)
    await give_password(resources, user)
    return user


async def status_from(
    service: Service, address: str, email: str, password: str = OTHER_PASSWORD
) -> int:
    async with client_of(service.app, address) as client:
        return (await attempt_sign_in(client, email, password)).status_code


async def besiege(service: Service, account: User, network: str = "198.51.100") -> None:
    """Guess from changing addresses until the account is over the limit."""
    statuses = [await status_from(service, f"{network}.{n}", account.email) for n in range(6)]
    assert statuses[-1] == 429


async def test_of_concurrent_guesses_only_five_are_checked(
    service: Service, account: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = service.resources.passwords._hasher.verify_and_update

    def counted(password: str, password_hash: str) -> tuple[bool, str | None]:
        checked.append(password)
        return verify(password, password_hash)

    monkeypatch.setattr(service.resources.passwords._hasher, "verify_and_update", counted)
    addresses = [f"198.51.100.{number}" for number in range(20)]
    statuses = await asyncio.gather(
        *[status_from(service, address, account.email) for address in addresses]
    )
    assert sorted(statuses) == [401] * 5 + [429] * 15
    assert len(checked) == 5


async def test_signing_in_does_not_count_against_the_account(
    service: Service, account: User
) -> None:
    statuses = [
        await status_from(service, f"198.51.100.{number}", account.email, PASSWORD)
        for number in range(8)
    ]
    assert statuses == [200] * 8


async def test_a_known_client_address_is_not_blocked_by_failures_of_others(
    service: Service, account: User
) -> None:
    assert await status_from(service, HOME, account.email, PASSWORD) == 200
    await besiege(service, account)
    assert await status_from(service, "203.0.113.9", account.email, PASSWORD) == 429
    assert await status_from(service, HOME, account.email, PASSWORD) == 200


async def test_a_known_address_guesses_no_faster(service: Service, account: User) -> None:
    assert await status_from(service, HOME, account.email, PASSWORD) == 200
    await besiege(service, account)
    # The sign-in above is one of the five attempts of the address.
    statuses = [await status_from(service, HOME, account.email) for _ in range(5)]
    assert statuses == [401] * 4 + [429]


async def test_an_address_that_is_known_to_one_account_is_not_to_another(
    service: Service, account: User, resources: Resources
) -> None:
    other = await make_user(resources)
    await give_password(resources, other)
    assert await status_from(service, HOME, other.email, PASSWORD) == 200
    await besiege(service, account)
    assert await status_from(service, HOME, account.email, PASSWORD) == 429


async def test_a_code_from_the_mail_lets_the_owner_in_from_anywhere(
    service: Service, account: User, resources: Resources
) -> None:
    await besiege(service, account)
    async with client_of(service.app, "203.0.113.9") as client:
        await forgot(client, account.email)
        code = await Mailbox(resources).code(account.email)
        assert (await reset(client, code, OTHER_PASSWORD)).status_code == 204
    assert await status_from(service, "203.0.113.9", account.email, OTHER_PASSWORD) == 200


async def test_an_address_is_known_for_thirty_days(service: Service, account: User) -> None:
    assert await status_from(service, HOME, account.email, PASSWORD) == 200
    with time_machine.travel(now() + timedelta(days=29, hours=23)):
        assert await is_known(service.resources, account.email, HOME)
    with time_machine.travel(now() + timedelta(days=30, seconds=1)):
        assert not await is_known(service.resources, account.email, HOME)


async def test_addresses_are_stored_as_keyed_hashes_and_the_oldest_make_room(
    resources: Resources, account: User
) -> None:
    addresses = [f"198.51.100.{number}" for number in range(MAX_ADDRESSES + 1)]
    for number, address in enumerate(addresses):
        with time_machine.travel(now() + timedelta(minutes=number)):
            async with resources.database.transaction() as transaction:
                await remember(transaction, resources, account, address)
    known = [await is_known(resources, account.email, address) for address in addresses]
    assert known == [False] + [True] * MAX_ADDRESSES
    plain = f"{account.email}\n{addresses[-1]}".encode()
    async with resources.database.reader() as reader:
        mac = resources.keys.mac("known-address", plain)
        assert await KnownAddressRepository(reader).is_known([mac], now() - timedelta(days=1))
    assert not await is_known(resources, account.email, None)


async def test_addresses_that_are_known_no_longer_are_purged(
    resources: Resources, account: User
) -> None:
    counts = []
    for days in (0, 31):
        with time_machine.travel(now() - timedelta(days=days)):
            async with resources.database.transaction() as transaction:
                await remember(transaction, resources, account, f"198.51.100.{days}")
    for _ in range(2):
        async with resources.database.transaction() as transaction:
            counts.append(await purge_known_addresses(transaction, resources.settings, 10))
    assert counts == [1, 0]
    assert await is_known(resources, account.email, "198.51.100.0")
