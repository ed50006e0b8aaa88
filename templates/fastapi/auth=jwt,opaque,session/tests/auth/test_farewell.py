"""The owner is notified of a deletion, after the commit."""

from uuid import uuid4

from tests.support.mailbox import Mailbox
from tests.support.service import Caller

USERS_URL = "/api/v1/users"


async def test_the_owner_is_notified_of_any_deletion(
    user: Caller, moderator: Caller, admin: Caller, mailbox: Mailbox
) -> None:
    assert (await user.client.delete(f"{USERS_URL}/me")).status_code == 204
    assert (await admin.client.delete(f"{USERS_URL}/{moderator.user.id}")).status_code == 204
    for deleted in (user, moderator):
        notice = await mailbox.only(deleted.user.email)
        assert "Your account has been deleted" in notice["Subject"]
    assert await mailbox.received(admin.user.email) == []


async def test_an_account_that_stays_gets_no_such_mail(
    user: Caller, admin: Caller, mailbox: Mailbox
) -> None:
    answers = [
        await admin.client.delete(f"{USERS_URL}/me"),
        await admin.client.delete(f"{USERS_URL}/{uuid4()}"),
        await admin.client.delete(f"{USERS_URL}/no-id"),
        await user.client.delete(f"{USERS_URL}/{admin.user.id}"),
    ]
    assert [answer.status_code for answer in answers] == [409, 404, 422, 403]
    for caller in (user, admin):
        assert await mailbox.received(caller.user.email) == []
