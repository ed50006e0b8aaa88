"""The mail about a reused refresh token."""

from typing import Final

from app.auth.account_mails import send_to_owner
from app.resources import Resources

_REUSED: Final = """Hello,

a session of your account with {app} has been ended: its refresh token was used twice, as happens
when someone has copied it. If you were signed out, sign in again; if you do not know why, change
your password and look at your other sessions.
"""


async def send_refresh_reused(resources: Resources, email: str) -> None:
    """Tell the owner of an account that a session was ended, and why."""
    await send_to_owner(resources, email, "A session has been ended", _REUSED)
