"""Errors that a client may see, and the one shape in which it sees them (RFC 9457).

Raise an `AppError`; the handlers turn it, and whatever else goes wrong, into a problem document.
Nothing of an unexpected error reaches the client: no trace, no SQL, no path.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Scope
from structlog.typing import FilteringBoundLogger

from app.root_path import route_path
from app.route_table import allowed_methods

log: FilteringBoundLogger = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
# A body with a thousand faults is answered like one with twenty: whoever sent it does not read on.
MAX_ERRORS: Final = 20
MAX_FIELD_CHARACTERS: Final = 100


class FieldError(BaseModel):
    """One field that was refused. The value is not repeated: it may be a secret."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem document (RFC 9457). `request_id` is also in the logs."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str


class ValidationProblem(Problem):
    errors: list[FieldError]


class AppError(Exception):
    """Base of the errors that the service answers on purpose."""

    status: ClassVar[HTTPStatus]
    detail: str = ""

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        self.headers = dict(headers or {})


class BadRequest(AppError):
    status = HTTPStatus.BAD_REQUEST
    detail = "The request is malformed."


class Unauthenticated(AppError):
    status = HTTPStatus.UNAUTHORIZED
    detail = "Valid credentials are required."


class Forbidden(AppError):
    status = HTTPStatus.FORBIDDEN
    detail = "You do not have permission to do this."


class NotFound(AppError):
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such resource."


class Conflict(AppError):
    status = HTTPStatus.CONFLICT
    detail = "The resource is in a state that does not allow this."


class ContentTooLarge(AppError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "The request body is too large."


class UnsupportedMediaType(AppError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "The request body has a content type that is not accepted here."


class Unprocessable(AppError):
    """A field is refused by a rule that a schema cannot express."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The request has invalid fields."

    def __init__(self, field: str, message: str) -> None:
        super().__init__()
        self.errors = [FieldError(field=field[:MAX_FIELD_CHARACTERS], message=message)]


class TooManyRequests(AppError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    detail = "Too many requests; try again later."


class Unavailable(AppError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The service cannot answer right now; try again later."


def problem_response(
    scope: Scope,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: list[FieldError] | None = None,
) -> Response:
    """Build the problem document for a request's ASGI scope."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    if errors is not None:
        content["errors"] = [error.model_dump() for error in errors]
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


def error_response(scope: Scope, error: AppError) -> Response:
    """Build the problem document for an `AppError`."""
    errors = error.errors if isinstance(error, Unprocessable) else None
    return problem_response(scope, error.status, error.detail, headers=error.headers, errors=errors)


def documented(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """Describe errors for a route's `responses`, so that the OpenAPI document is complete."""
    return {
        error.status.value: {
            "description": error.status.phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "$ref": f"#/components/schemas/{_schema_of(error).__name__}",
                    }
                }
            },
        }
        for error in errors
    }


def _schema_of(error: type[AppError]) -> type[Problem]:
    return ValidationProblem if issubclass(error, Unprocessable) else Problem


def _message(error: dict[str, Any]) -> str:
    # Behind a colon, libraries tell what they found: the value.
    return str(error["msg"]).removeprefix("Value error, ").partition(": ")[0][:200]


def _field(location: tuple[int | str, ...]) -> str:
    """Name a field without the part of the request that it came in: `body`, `query`, `path`."""
    parts = [str(part)[:MAX_FIELD_CHARACTERS] for part in location[1:]]
    return ".".join(parts)[:MAX_FIELD_CHARACTERS] or str(location[0])


def handle_errors(
    app: FastAPI, *, challenge: str, unavailable: tuple[type[Exception], ...]
) -> None:
    """Register the handlers.

    `challenge` is the `WWW-Authenticate` of every 401 (RFC 9110, 11.6.1). `unavailable` are the
    errors of a database that is out of reach.
    """

    @app.exception_handler(AppError)
    async def on_app_error(request: Request, error: AppError) -> Response:
        if isinstance(error, Unauthenticated):
            error.headers.setdefault("WWW-Authenticate", challenge)
        return error_response(request.scope, error)

    @app.exception_handler(RequestValidationError)
    async def on_validation_error(request: Request, error: RequestValidationError) -> Response:
        if request.method not in allowed_methods(app, request.url.path):
            # `/users/export` was read as an id by the route of `/users/{user_id}`.
            return await on_http_exception(request, HTTPException(HTTPStatus.METHOD_NOT_ALLOWED))
        errors = [
            FieldError(field=_field(fault["loc"]), message=_message(fault))
            for fault in error.errors()[:MAX_ERRORS]
        ]
        return problem_response(
            request.scope, Unprocessable.status, Unprocessable.detail, errors=errors
        )

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> Response:
        headers = error.headers
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # The framework's own Allow names the methods of one route of the path only.
            headers = {"Allow": ", ".join(allowed_methods(app, route_path(request.scope)))}
        return problem_response(
            request.scope,
            error.status_code,
            HTTPStatus(error.status_code).description or "The request cannot be served.",
            headers=headers,
        )

    async def on_unavailable(request: Request, error: Exception) -> Response:
        log.error("database.unavailable", error=type(error).__name__)
        return error_response(request.scope, Unavailable(headers={"Retry-After": "5"}))

    for kind in unavailable:
        app.add_exception_handler(kind, on_unavailable)


def describe_errors(app: FastAPI) -> None:
    """Add the schemas of the problem documents to the OpenAPI document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (FieldError, Problem, ValidationProblem):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schema.pop("$defs", None)
            schemas[model.__name__] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]
