"""Routes that read no input before it is checked."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, params
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.security.bodies import check_json
from app.security.forms import check_form
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
