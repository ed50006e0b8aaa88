"""Routers whose routes accept only the query and body that they declare."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, params
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.security.bodies import check_form, check_json
from app.security.query import check_query, declared_parameters


class StrictRoute(APIRoute):
    """A route that refuses undeclared input before the framework reads it.

    That is: unknown or repeated parameters, a body of another content type, and JSON on which
    parsers disagree.
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
                # The framework parses the content type of a form even if there is none.
                if (body := await request.body()) or (takes_form and content_type):
                    check(body, content_type)
            return await handler(request)

        return strict


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
