"""Mails about accounts, made and sent as jobs.

A token is made when its mail is: it waits in no queue.
"""

from typing import Final
from uuid import UUID

from app.auth import one_time
from app.mail.message import Message
from app.mail.sender import send
from app.resources import Resources
from app.users.repository import UserRepository

_VERIFICATION: Final = """Hello,

this address was used to register with {app}. To confirm it, use this code within 24 hours:

{token}

If it was not you, ignore this mail: without the code, nobody can use the account.
"""
_RESET: Final = """Hello,

somebody asked for a new password for your account with {app}. To set one, use this code within
30 minutes:

{token}

If it was not you, ignore this mail: your password stays as it is.
"""
_ALREADY_REGISTERED: Final = """Hello,

somebody tried to register with {app} under this address, which has an account already. If it was
you and you do not know your password, ask for a new one. If it was not you, there is nothing to do.
"""


async def send_verification(resources: Resources, user_id: str) -> None:
    """Mail a new account the token that confirms its address."""
    async with resources.database.transaction() as transaction:
        user = await UserRepository(transaction).get(UUID(user_id))
        if user is None:
            return
        token = await one_time.issue(transaction, resources, one_time.VERIFY_EMAIL, user.id)
    await _send(resources, user.email, "Confirm your address", _VERIFICATION, token)


async def send_password_reset(resources: Resources, email: str) -> None:
    """Mail the token that sets a new password, if an active account has the address."""
    async with resources.database.transaction() as transaction:
        user = await UserRepository(transaction).get_by_email(email)
        if user is None or not user.is_active:
            return
        token = await one_time.issue(transaction, resources, one_time.RESET_PASSWORD, user.id)
    await _send(resources, user.email, "Set a new password", _RESET, token)


async def send_already_registered(resources: Resources, email: str) -> None:
    """Tell the owner of an account that somebody tried to register with its address."""
    await _send(resources, email, "You have an account already", _ALREADY_REGISTERED)


async def _send(resources: Resources, to: str, subject: str, text: str, token: str = "") -> None:
    app = resources.settings.app_name
    message = Message(to, f"{app}: {subject}", text.format(app=app, token=token))
    await send(resources.settings, message)
