"""The fields that Acme's log platform sorts lines by."""

from typing import Any

from structlog.typing import EventDict, Processor

from app.settings import Settings


def cost_center(settings: Settings) -> Processor:
    """Say on each line who pays for the service."""

    def add(_logger: Any, _method: str, event: EventDict) -> EventDict:
        return {**event, "cost_center": settings.cost_center}

    return add
