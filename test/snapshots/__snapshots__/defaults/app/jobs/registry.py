"""The jobs that the service knows, by name."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.auth.account_mails import send_already_registered, send_password_reset, send_verification
from app.resources import Resources

JOBS: Final[dict[str, Callable[[Resources, str], Awaitable[None]]]] = {
    job.__name__: job for job in (send_already_registered, send_password_reset, send_verification)
}
