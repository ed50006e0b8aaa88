"""Routers whose routes accept only the query and body that they declare."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.strict_route import StrictRoute


class Router(APIRouter):
    """An `APIRouter` of strict routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=StrictRoute, redirect_slashes=False, **options)


class Made:
    """Sets `Location` to the created resource (RFC 9110, 10.2.2)."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request = request
        self._response = response

    def at(self, resource_id: UUID) -> None:
        """Set the id of the resource, below the path of the request."""
        self._response.headers["Location"] = f"{self._request.scope['path']}/{resource_id}"


async def _made(request: Request, response: Response) -> Made:
    return Made(request, response)


MadeDep = Annotated[Made, Depends(_made)]
