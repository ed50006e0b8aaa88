"""Every route of the service: the public ones, and those that require authentication."""

from fastapi import Depends, FastAPI

from app.auth.dependencies import current_principal
from app.errors import (
    BadRequest,
    ContentTooLarge,
    Crashed,
    Forbidden,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    documented,
)
from app.health.routes import check_liveness
from app.health.routes import router as health
from app.notes.routes import router as notes
from app.routing import Router
from app.users.routes import router as users

PREFIX = "/api/v1"
TAGS = [
    {
        "name": "users",
        "description": "The caller's own account, and the management of all accounts.",
    },
    {
        "name": "notes",
        "description": "The caller's own notes, and those of others with the permission.",
    },
    {
        "name": "health",
        "description": "Liveness and readiness probes.",
    },
]

_ANY_ROUTE = documented(
    BadRequest,
    ContentTooLarge,
    UnsupportedMediaType,
    Unprocessable,
    TooManyRequests,
    Crashed,
    Unavailable,
)


def include_routes(app: FastAPI) -> None:
    """Add the routes. Those that are not on the public router require authentication."""
    public = Router(responses=_ANY_ROUTE)

    private = Router(
        dependencies=[Depends(current_principal)],
        responses={**_ANY_ROUTE, **documented(Unauthenticated, Forbidden)},
    )
    private.include_router(users)
    private.include_router(notes)

    app.add_route("/health/live", check_liveness, include_in_schema=False)
    app.include_router(health)
    # Routes are matched in this order, and most requests are for the private ones.
    app.include_router(private, prefix=PREFIX)
    app.include_router(public, prefix=PREFIX)
