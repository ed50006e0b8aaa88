"""The jobs that the service knows, by name."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.auth.account_mails import (
    send_account_deleted,
    send_password_changed,
    send_password_reset,
    send_registration,
)
from app.auth.reuse_mail import send_refresh_reused
from app.resources import Resources
from app.telemetry.observe import observe

JOBS: Final[dict[str, Callable[[Resources, str], Awaitable[None]]]] = {
    job.__name__: observe(job)
    for job in (
        send_registration,
        send_password_reset,
        send_password_changed,
        send_account_deleted,
        send_refresh_reused,
    )
}
