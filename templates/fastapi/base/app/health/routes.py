"""Probes for an orchestrator. They reveal no versions, hosts or error messages."""

from typing import Any, Final

from fastapi import Request, Response

from app.errors import Unprocessable, documented
from app.health.readiness import Readiness, State
from app.routing import Router
from app.schemas import Output
from app.security.query import check_query

router = Router(prefix="/health", tags=["health"])

_LIVE_SCHEMA: Final = {
    "type": "object",
    "properties": {"status": {"const": "ok"}},
    "required": ["status"],
    "additionalProperties": False,
}


class ReadinessOut(Output):
    status: State
    checks: dict[str, State]


async def check_liveness(request: Request) -> Response:
    """Report that the process responds, without any dependency or framework overhead."""
    check_query(request, frozenset())
    return Response(b'{"status":"ok"}', media_type="application/json")


def describe_liveness(document: dict[str, Any]) -> None:
    """Add `check_liveness` to the OpenAPI document, which has what the framework routes."""
    document["paths"]["/health/live"] = {
        "get": {
            "tags": ["health"],
            "description": "Check liveness.\n\nThe process answers; nothing else is touched.",
            "operationId": "checkLiveness",
            "responses": {
                "200": {
                    "description": "Successful Response",
                    "content": {"application/json": {"schema": _LIVE_SCHEMA}},
                },
                **{str(status): told for status, told in documented(Unprocessable).items()},
            },
        }
    }


@router.get("/ready", responses={503: {"model": ReadinessOut}, **documented(Unprocessable)})
async def check_readiness(request: Request, response: Response) -> ReadinessOut:
    """Check readiness.

    The service takes requests, and what it depends on is within reach.
    """
    readiness: Readiness = request.app.state.readiness
    states = await readiness.states()
    is_ready = set(states.values()) == {"ok"} and not request.app.state.stopping
    status: State = "ok" if is_ready else "unavailable"
    if status != "ok":
        response.status_code = 503
    return ReadinessOut(status=status, checks=states)
