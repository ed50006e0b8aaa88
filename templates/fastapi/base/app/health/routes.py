"""Probes for an orchestrator. They tell a stranger nothing about versions, hosts or faults."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, Literal

import structlog
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel
from structlog.typing import FilteringBoundLogger

from app.health.checks import CHECKS
from app.resources import ResourcesDep
from app.routing import Router

log: FilteringBoundLogger = structlog.get_logger()

router = Router(prefix="/health", tags=["health"])

_CHECK_SECONDS: Final = 2.0

_LIVE_SCHEMA: Final = {
    "type": "object",
    "properties": {"status": {"const": "ok"}},
    "required": ["status"],
    "additionalProperties": False,
}

State = Literal["ok", "unavailable"]


class Readiness(BaseModel):
    status: State
    checks: dict[str, State]


async def live(_: Request) -> Response:
    """Tell that the process answers; touches nothing else, the framework's machinery included."""
    return Response(b'{"status":"ok"}', media_type="application/json")


def describe_live(app: FastAPI) -> None:
    """Add `live` to the OpenAPI document, which only has what goes through the machinery."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        document["paths"]["/health/live"] = {
            "get": {
                "tags": ["health"],
                "summary": "Live",
                "description": "Tell that the process answers; touches nothing else.",
                "operationId": "live_health_live_get",
                "responses": {
                    "200": {
                        "description": "Successful Response",
                        "content": {"application/json": {"schema": _LIVE_SCHEMA}},
                    }
                },
            }
        }
        return document

    app.openapi = openapi  # type: ignore[method-assign]


@router.get("/ready", responses={503: {"model": Readiness}})
async def ready(request: Request, resources: ResourcesDep, response: Response) -> Readiness:
    """Tell whether the service takes requests, and what it depends on is within reach."""
    states = await asyncio.gather(*(_check(name, ping(resources)) for name, ping in CHECKS.items()))
    is_ready = set(states) == {"ok"} and not request.app.state.stopping
    status: State = "ok" if is_ready else "unavailable"
    if status != "ok":
        response.status_code = 503
    return Readiness(status=status, checks=dict(zip(CHECKS, states, strict=True)))


async def _check(name: str, ping: Awaitable[None]) -> State:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await ping
    except Exception as error:  # noqa: BLE001  (whatever it is, the answer is the same)
        log.warning("health.unavailable", check=name, error=type(error).__name__)
        return "unavailable"
    return "ok"
