"""Refusals in the audit trail, without a row for each of a flood."""

from typing import Final
from uuid import UUID

from app.audit.trail import kept, record
from app.resources import Resources
from app.settings.types import Rate

_PURPOSE: Final = "rate-limit"
_WINDOW: Final = Rate(1, 60)
_REMEMBERED_SECONDS: Final = 86_400


async def record_refusal(
    resources: Resources,
    event: str,
    *,
    caller: str,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    **details: str,
) -> None:
    """Record a refusal of a caller, at most once a minute.

    Refusals in between are counted, and the next event has their number in `repeated`.
    """
    # A keyed hash: addresses cannot be recovered from the store by trial.
    key = f"refusals:{event}:{resources.keys.mac(_PURPOSE, caller.encode()).hex()}"
    if await resources.store.hit(key, _WINDOW):
        await resources.store.add(key, _REMEMBERED_SECONDS)
        kept.get([]).append(event)
        return
    if repeated := await resources.store.take(key):
        details["repeated"] = str(repeated)
    async with resources.database.transaction() as transaction:
        await record(transaction, event, actor_id=actor_id, subject_id=subject_id, **details)
