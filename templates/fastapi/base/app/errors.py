"""Errors that clients see, and their format (RFC 9457).

Raise an `AppError`; the handlers turn it, and any other error, into a problem document. Nothing of
an unexpected error reaches the client: no traceback, no SQL, no path.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Final, Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticKnownError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Scope
from structlog.typing import FilteringBoundLogger

from app.root_path import route_path
from app.route_table import allowed_methods

log: FilteringBoundLogger = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
_RESPONSES: Final = "#/components/responses/"
# The most errors that are listed: no client needs more.
MAX_ERRORS: Final = 20
MAX_FIELD_CHARACTERS: Final = 100
MAX_MESSAGE_CHARACTERS: Final = 200
# As RFC 9110 names them; Python does from 3.13 on.
_TITLES: Final = {413: "Content Too Large", 422: "Unprocessable Content"}

# To a validator, a secret is no text, and its characters are items.
_OF_TEXT: Final[dict[str, Literal["string_too_short", "string_too_long"]]] = {
    "too_short": "string_too_short",
    "too_long": "string_too_long",
}


def documented_as(**keywords: Any) -> Any:
    """Constraints of a response field for the OpenAPI document, without validating it."""
    return Field(json_schema_extra=keywords)


class FieldError(BaseModel):
    """A refused field. The value is not repeated: it may be a secret."""

    field: Annotated[str, documented_as(maxLength=MAX_FIELD_CHARACTERS)]
    message: Annotated[str, documented_as(maxLength=MAX_MESSAGE_CHARACTERS)]


class Problem(BaseModel):
    """A problem document (RFC 9457). `request_id` is also in the logs."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    type: Annotated[str, documented_as(format="uri-reference", maxLength=100)] = "about:blank"
    title: Annotated[str, documented_as(maxLength=100)]
    status: Annotated[int, documented_as(format="int32", minimum=400, maximum=599)]
    detail: Annotated[str, documented_as(maxLength=MAX_MESSAGE_CHARACTERS)]
    request_id: Annotated[str, documented_as(pattern="^[A-Za-z0-9-]{8,64}$", maxLength=64)]


class ValidationProblem(Problem):
    errors: Annotated[list[FieldError], documented_as(maxItems=MAX_ERRORS)]


ProblemShape = Callable[[dict[str, Any], Mapping[str, str] | None], Response]


class AppError(Exception):
    """Base of the expected errors."""

    status: ClassVar[HTTPStatus]
    detail: str = ""
    # Parameters of `WWW-Authenticate` after the scheme; None without that header.
    challenge: str | None = None
    # What the audit trail records as missing: a valid credential or a permission.
    refuses: Literal["credential", "access"] | None = None

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        self.headers = dict(headers or {})

    @property
    def members(self) -> dict[str, Any]:
        """Extension members of the problem document (RFC 9457, 3.2)."""
        return {}


class BadRequest(AppError):
    status = HTTPStatus.BAD_REQUEST
    detail = "The request is malformed."


class Unauthenticated(AppError):
    status = HTTPStatus.UNAUTHORIZED
    detail = "Valid credentials are required."
    refuses = "credential"
    challenge = ""


class CredentialRefused(Unauthenticated):
    """The given credential is invalid or no longer valid (RFC 6750, 3.1)."""

    challenge = 'error="invalid_token"'


class Forbidden(AppError):
    status = HTTPStatus.FORBIDDEN
    detail = "You do not have permission to do this."
    refuses = "access"


class NotFound(AppError):
    status = HTTPStatus.NOT_FOUND
    detail = "The resource does not exist."


class Conflict(AppError):
    status = HTTPStatus.CONFLICT
    detail = "The resource is in a state that does not allow this."


class ContentTooLarge(AppError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "The request body is too large."


class UnsupportedMediaType(AppError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "The content type of the request body is not supported."


class Unprocessable(AppError):
    """A field is refused by a rule that a schema cannot express."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The request has invalid fields."

    def __init__(self, field: str, message: str) -> None:
        super().__init__()
        self.errors = [FieldError(field=field[:MAX_FIELD_CHARACTERS], message=message)]

    @property
    def members(self) -> dict[str, Any]:
        return _listed(self.errors)


class TooManyRequests(AppError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    detail = "Too many requests; try again later."


class Crashed(AppError):
    """The response to an unexpected error."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "The service failed; the request id is in its log."


class Unavailable(AppError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "The service is temporarily unavailable; try again later."

    def __init__(self, seconds: int = 5) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})


def title_of(status: int) -> str:
    """Return the name of a status, whatever the version of Python."""
    return _TITLES.get(status, HTTPStatus(status).phrase)


def _listed(errors: list[FieldError]) -> dict[str, Any]:
    return {"errors": [error.model_dump() for error in errors]}


def as_problem(content: dict[str, Any], headers: Mapping[str, str] | None) -> Response:
    return JSONResponse(content, content["status"], headers, media_type=MEDIA_TYPE)


def problem_response(
    scope: Scope,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Build the problem document for a request's ASGI scope.

    A middleware may set `problem_shape` in the state of the scope, for clients that read another.
    """
    state = scope.get("state", {})
    content = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": detail,
        "request_id": state.get("request_id", ""),
        **(members or {}),
    }
    shape: ProblemShape = state.get("problem_shape", as_problem)
    return shape(content, headers)


def error_response(scope: Scope, error: AppError) -> Response:
    """Build the problem document for an `AppError`."""
    return problem_response(
        scope, error.status, error.detail, headers=error.headers, members=error.members
    )


def documented(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """Describe errors for a route's `responses`, so that the OpenAPI document is complete."""
    return {error.status.value: {"$ref": f"{_RESPONSES}{error.__name__}"} for error in errors}


def example_of(error: type[AppError]) -> dict[str, Any]:
    """Return the problem document of an error, as the OpenAPI document shows it."""
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(error.status),
        "status": error.status.value,
        "detail": error.detail,
        "request_id": "5b0c1d2e7f8a4b6c9d0e1f2a3b4c5d6e",
    }
    if issubclass(error, Unprocessable):
        example["errors"] = [{"field": "name", "message": "Field required"}]
    return example


def _schema_of(error: type[AppError]) -> type[Problem]:
    return ValidationProblem if issubclass(error, Unprocessable) else Problem


def _message(error: dict[str, Any]) -> str:
    if error["type"] in _OF_TEXT and error["ctx"]["field_type"] == "Value":
        return PydanticKnownError(_OF_TEXT[error["type"]], error["ctx"]).message()
    # After a colon, libraries quote the value.
    message = str(error["msg"]).removeprefix("Value error, ").partition(": ")[0]
    return message[:MAX_MESSAGE_CHARACTERS]


def _field(location: tuple[int | str, ...]) -> str:
    """Return the name of a field without its location (`body`, `query`, `path`)."""
    parts = [str(part)[:MAX_FIELD_CHARACTERS] for part in location[1:]]
    return ".".join(parts)[:MAX_FIELD_CHARACTERS] or str(location[0])


def _with_parameters(challenge: str, parameters: str) -> str:
    # A space goes before the first parameter of a scheme, a comma before others.
    separator = ", " if " " in challenge else " "
    return f"{challenge}{separator}{parameters}" if parameters else challenge


def handle_errors(
    app: FastAPI, *, challenge: str, unavailable: tuple[type[Exception], ...]
) -> None:
    """Register the handlers.

    `challenge` begins the `WWW-Authenticate` of every 401 (RFC 9110, 11.6.1). `unavailable` are the
    errors of an unreachable database.
    """

    @app.exception_handler(AppError)
    async def on_app_error(request: Request, error: AppError) -> Response:
        request.state.refuses = error.refuses
        if error.challenge is not None:
            error.headers["WWW-Authenticate"] = _with_parameters(challenge, error.challenge)
        return error_response(request.scope, error)

    @app.exception_handler(RequestValidationError)
    async def on_validation_error(request: Request, error: RequestValidationError) -> Response:
        if request.method not in allowed_methods(app, route_path(request.scope)):
            # `/users/export` was read as an id by the route of `/users/{user_id}`.
            return await on_http_exception(request, HTTPException(HTTPStatus.METHOD_NOT_ALLOWED))
        errors = [
            FieldError(field=_field(fault["loc"]), message=_message(fault))
            for fault in error.errors()[:MAX_ERRORS]
        ]
        return problem_response(
            request.scope, Unprocessable.status, Unprocessable.detail, members=_listed(errors)
        )

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> Response:
        headers = error.headers
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # The framework's own Allow lists the methods of a single route of the path.
            headers = {"Allow": ", ".join(allowed_methods(app, route_path(request.scope)))}
        return problem_response(
            request.scope,
            error.status_code,
            HTTPStatus(error.status_code).description or "The request cannot be served.",
            headers=headers,
        )

    async def on_unavailable(request: Request, error: Exception) -> Response:
        log.error("database.unavailable", error=type(error).__name__)
        return error_response(request.scope, Unavailable())

    for kind in unavailable:
        app.add_exception_handler(kind, on_unavailable)


def describe_errors(components: dict[str, Any]) -> None:
    """Add the problem documents to the components of the OpenAPI document."""
    components["responses"] = {
        error.__name__: {
            "description": title_of(error.status),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": f"#/components/schemas/{_schema_of(error).__name__}"},
                    "example": example_of(error),
                }
            },
        }
        for error in AppError.__subclasses__()
    }
    schemas = components["schemas"]
    for model in (FieldError, Problem, ValidationProblem):
        schema = model.model_json_schema(
            mode="serialization", ref_template="#/components/schemas/{model}"
        )
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
