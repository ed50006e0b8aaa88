"""Routes that read no input before it is checked."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.security.bodies import check_json
from app.security.query import check_query, declared_parameters


class StrictRoute(APIRoute):
    """A route that refuses undeclared input before the framework reads it.

    That is: unknown or repeated parameters, a body of another content type, and JSON on which
    parsers disagree.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        declared = declared_parameters(self.dependant)

        async def strict(request: Request) -> Response:
            check_query(request, declared)
            if self.body_field is not None and (body := await request.body()):
                check_json(body, request.headers.get("content-type", ""))
            return await handler(request)

        return strict
