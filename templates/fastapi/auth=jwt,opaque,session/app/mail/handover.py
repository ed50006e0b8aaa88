"""Queues mails as jobs, with an hourly limit for each recipient."""

from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from app.resources import Resources
from app.settings.types import Rate

log: FilteringBoundLogger = structlog.get_logger()

_PURPOSE: Final = "rate-limit"
_HOUR: Final = 3600
MAILS: Final = Rate(5, _HOUR)
# Counted apart from mails for a new password: registering someone's address must not use those up.
REGISTRATIONS: Final = Rate(3, _HOUR)


async def send_on_request(resources: Resources, job: str, recipient: str) -> None:
    """Queue a mail that anyone who knows the address can request."""
    await _hand_over(resources, job, recipient, "requested", MAILS)


async def send_on_registration(resources: Resources, job: str, recipient: str) -> None:
    """Queue a mail about a registration."""
    if await _within(resources, job, recipient, "registration", REGISTRATIONS):
        await send_on_request(resources, job, recipient)


async def send_notice(resources: Resources, job: str, recipient: str) -> None:
    """Queue a notification for an owner.

    Counted separately: an attacker must not suppress it by requesting other mails first.
    """
    await _hand_over(resources, job, recipient, "notice", MAILS)


async def _hand_over(resources: Resources, job: str, recipient: str, name: str, rate: Rate) -> None:
    if await _within(resources, job, recipient, name, rate):
        await resources.jobs.enqueue(job, recipient)


async def _within(resources: Resources, job: str, recipient: str, name: str, rate: Rate) -> bool:
    # A keyed hash: someone who can read the store must not find addresses in it.
    digest = resources.keys.mac(_PURPOSE, recipient.encode()).hex()
    if await resources.store.hit(f"mail:{name}:{digest}", rate):
        log.warning("mail.withheld", job=job, reason="the recipient has had enough of them")
        return False
    return True
