"""Unverified accounts are deleted."""

from datetime import timedelta

import httpx2
import time_machine

from app.auth.permissions import Role
from app.auth.unconfirmed import purge_unconfirmed
from app.clock import now
from app.resources import Resources
from tests.support.accounts import EMAIL, register, stored, verify_email
from tests.support.factories import find_user, make_user
from tests.support.mailbox import Mailbox
from tests.support.queries import audit_events


async def purged(resources: Resources) -> int:
    async with resources.database.transaction() as transaction:
        return await purge_unconfirmed(transaction, resources.settings, 10)


async def test_unverified_accounts_are_purged_after_seven_days(
    client: httpx2.AsyncClient, mailbox: Mailbox, resources: Resources
) -> None:
    vars(resources.settings).update(require_email_verification=True)
    await register(client)
    await register(client, "bob@example.com")
    assert await verify_email(client, await mailbox.code("bob@example.com")) == 204
    young = await stored(resources)
    confirmed = await stored(resources, "bob@example.com")
    admin = await make_user(resources, Role.ADMIN, email_verified=False)
    with time_machine.travel(now() + timedelta(days=6, hours=23)):
        assert await purged(resources) == 0
    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        assert await purged(resources) == 1
        assert await purged(resources) == 0
    assert await find_user(resources, young) is None
    for kept in (confirmed, admin):
        assert await find_user(resources, kept) is not None
    (event,) = await audit_events(resources, "user.unconfirmed.purged")
    assert event.details == {"count": "1"}
    assert (await register(client, EMAIL)).status_code == 202


async def test_where_verification_is_not_required_unverified_accounts_stay(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    await register(client)
    for required, environment, count in (
        (False, "production", 0),
        (None, "development", 0),
        (None, "test", 0),
        (None, "staging", 1),
    ):
        vars(resources.settings).update(
            require_email_verification=required, environment=environment
        )
        with time_machine.travel(now() + timedelta(days=30)):
            assert await purged(resources) == count
