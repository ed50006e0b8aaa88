"""Routers whose routes take a query and a body only in the form that they declare."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, params
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.security.bodies import check_form, check_json
from app.security.query import check_query, declared_parameters


class StrictRoute(APIRoute):
    """A route that refuses what it does not declare, before the framework reads it.

    That is a parameter that is unknown or repeated, a body of another content type, and JSON that
    parsers disagree on.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        declared = declared_parameters(self.dependant)
        takes_form = self.body_field and isinstance(self.body_field.field_info, params.Form)
        check = check_form if takes_form else check_json

        async def strict(request: Request) -> Response:
            check_query(request, declared)
            if self.body_field is not None:
                content_type = request.headers.get("content-type", "")
                # The framework parses the type of a form even where there is none.
                if (body := await request.body()) or (takes_form and content_type):
                    check(body, content_type)
            return await handler(request)

        return strict


class Router(APIRouter):
    """An `APIRouter` of strict routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=StrictRoute, redirect_slashes=False, **options)


class Made:
    """Tells the client where to find what its request has made (RFC 9110, 10.2.2)."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request = request
        self._response = response

    def at(self, resource_id: UUID) -> None:
        """Name a resource below the path of the request."""
        self._response.headers["Location"] = f"{self._request.scope['path']}/{resource_id}"


async def _made(request: Request, response: Response) -> Made:
    return Made(request, response)


MadeDep = Annotated[Made, Depends(_made)]
