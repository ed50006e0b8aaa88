"""Routers whose routes take a body only in the form that they declare."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, params
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.security.bodies import check_form, check_json


class StrictRoute(APIRoute):
    """A route that refuses a body of another content type, and JSON that parsers disagree on."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler
        check = check_form if isinstance(self.body_field.field_info, params.Form) else check_json

        async def strict(request: Request) -> Response:
            if body := await request.body():
                check(body, request.headers.get("content-type", ""))
            return await handler(request)

        return strict


class Router(APIRouter):
    """An `APIRouter` of strict routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=StrictRoute, redirect_slashes=False, **options)
