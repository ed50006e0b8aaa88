"""Probes for an orchestrator. They tell a stranger nothing about versions, hosts or faults."""

from typing import Any, Final

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from app.health.readiness import Readiness, State
from app.routing import Router
from app.security.query import check_query

router = Router(prefix="/health", tags=["health"])

_LIVE_SCHEMA: Final = {
    "type": "object",
    "properties": {"status": {"const": "ok"}},
    "required": ["status"],
    "additionalProperties": False,
}


class ReadinessOut(BaseModel):
    status: State
    checks: dict[str, State]


async def live(request: Request) -> Response:
    """Tell that the process answers; touches nothing else, the framework's machinery included."""
    check_query(request, frozenset())
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


@router.get("/ready", responses={503: {"model": ReadinessOut}})
async def ready(request: Request, response: Response) -> ReadinessOut:
    """Tell whether the service takes requests, and what it depends on is within reach."""
    readiness: Readiness = request.app.state.readiness
    states = await readiness.states()
    is_ready = set(states.values()) == {"ok"} and not request.app.state.stopping
    status: State = "ok" if is_ready else "unavailable"
    if status != "ok":
        response.status_code = 503
    return ReadinessOut(status=status, checks=states)
