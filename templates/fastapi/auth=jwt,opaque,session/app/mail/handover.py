"""Hands mails over as jobs, so many an hour for each recipient."""

from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.resources import Resources
from app.settings.types import Rate

log: FilteringBoundLogger = structlog.get_logger()

_PURPOSE: Final = "rate-limit"
_HOUR: Final = 3600
MAILS: Final = Rate(5, _HOUR)
# The others lead to a new password: registering another person's address must not use those up.
REGISTRATIONS: Final = Rate(3, _HOUR)


async def send_on_request(resources: Resources, job: str, recipient: str) -> None:
    """Hand over a mail that anyone can request who knows the address."""
    await _hand_over(resources, job, recipient, "requested", MAILS)


async def send_on_registration(resources: Resources, job: str, recipient: str) -> None:
    """Hand over a mail that follows a registration."""
    if await _within(resources, job, recipient, "registration", REGISTRATIONS):
        await send_on_request(resources, job, recipient)


async def send_notice(resources: Resources, job: str, recipient: str) -> None:
    """Hand over a mail that warns an owner.

    Counted apart: a thief who asks for other mails first must not silence it.
    """
    await _hand_over(resources, job, recipient, "notice", MAILS)


async def _hand_over(resources: Resources, job: str, recipient: str, name: str, rate: Rate) -> None:
    if await _within(resources, job, recipient, name, rate):
        await resources.jobs.enqueue(job, recipient)


async def _within(resources: Resources, job: str, recipient: str, name: str, rate: Rate) -> bool:
    # Keyed: a store that others can read must not list addresses.
    digest = resources.keys.mac(_PURPOSE, recipient.encode()).hex()
    if await resources.store.hit(f"mail:{name}:{digest}", rate):
        log.warning("mail.withheld", job=job, reason="the recipient has had enough of them")
        return False
    return True
