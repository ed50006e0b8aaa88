"""Mails about accounts, made and sent as jobs.

A token is made when its mail is: it waits in no queue.
"""

from typing import Final

from app.auth import one_time
from app.auth.credentials import CredentialRepository
from app.auth.registration import lock_by_email
from app.mail.message import Message
from app.mail.sender import send
from app.resources import Resources
from app.users.repository import UserRepository

_VERIFICATION: Final = """Hello,

this address was used to register with {app}. To confirm it, use this code within 24 hours:

{token}

If it was not you, ignore this mail: the account cannot be used without the code.
"""
_TWICE_REGISTERED: Final = """Hello,

this address was used to register with {app} more than once, so no password was kept. To confirm the
address and set a password, use this code within 30 minutes:

{token}

Codes from earlier mails are no longer valid. If it was not you, ignore this mail: the account
cannot be used without the code.
"""
_RESET: Final = """Hello,

someone asked for a new password for your account with {app}. To set one, use this code within
30 minutes:

{token}

Codes from earlier mails are no longer valid. If it was not you, ignore this mail: your password
has not changed.
"""
_ALREADY_REGISTERED: Final = """Hello,

someone tried to register with {app} with this address, which already has an account. If it was
you and you forgot your password, ask for a new one. If it was not you, ignore this mail.
"""
_CHANGED: Final = """Hello,

the password of your account with {app} has been changed. If it was not you, reset your password
now: that signs out every device.
"""
_DELETED: Final = """Hello,

your account with {app} has been deleted, with all its data.
"""


async def send_registration(resources: Resources, email: str) -> None:
    """Mail a code to an address that was registered, or the notice that it already has an account.

    If it was registered twice and no password was kept, the code sets one.
    """
    token = ""
    async with resources.database.transaction() as transaction:
        user = await lock_by_email(transaction, email)
        if user is None:
            return
        if user.email_verified or not user.is_active:
            subject, text = "You already have an account", _ALREADY_REGISTERED
        else:
            has_password = await CredentialRepository(transaction).get(user.id) is not None
            kind = one_time.VERIFY_EMAIL if has_password else one_time.RESET_PASSWORD
            subject = "Confirm your address"
            text = _VERIFICATION if has_password else _TWICE_REGISTERED
            token = await one_time.issue(transaction, resources, kind, user.id)
    await send_to_owner(resources, email, subject, text, token)


async def send_password_reset(resources: Resources, email: str) -> None:
    """Mail the token that sets a new password, if an active account has the address."""
    async with resources.database.transaction() as transaction:
        user = await UserRepository(transaction).get_by_email(email)
        if user is None or not user.is_active:
            return
        token = await one_time.issue(transaction, resources, one_time.RESET_PASSWORD, user.id)
    await send_to_owner(resources, email, "Set a new password", _RESET, token)


async def send_password_changed(resources: Resources, email: str) -> None:
    """Tell the owner of an account that its password was changed."""
    await send_to_owner(resources, email, "Your password has been changed", _CHANGED)


async def send_account_deleted(resources: Resources, email: str) -> None:
    """Tell the owner of an account that it was deleted."""
    await send_to_owner(resources, email, "Your account has been deleted", _DELETED)


async def send_to_owner(
    resources: Resources, to: str, subject: str, text: str, token: str = ""
) -> None:
    """Send a mail; `{app}` and `{token}` in its text are filled in."""
    app = resources.settings.app_name
    message = Message(to, f"{app}: {subject}", text.format(app=app, token=token))
    await send(resources.settings, message)
