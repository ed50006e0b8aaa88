"""Errors of the OAuth endpoints, as its clients read them (RFC 6749, 5.2).

Clients take any JSON without `error` for a token, whatever the status. So every error has these
members beside those of a problem document.
"""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import (
    MAX_MESSAGE_CHARACTERS,
    AppError,
    BadRequest,
    ContentTooLarge,
    Crashed,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    ValidationProblem,
    documented_as,
    example_of,
    title_of,
)
from app.root_path import route_path

_TAKE_FORMS: Final = {"/api/v1/auth/token", "/api/v1/auth/revoke"}
ENDPOINTS: Final = {*_TAKE_FORMS, "/api/v1/auth/refresh"}
_ERRORS: Final[dict[int, str]] = {
    Unauthenticated.status: "invalid_grant",
    TooManyRequests.status: "temporarily_unavailable",
    Crashed.status: "server_error",
    Unavailable.status: "temporarily_unavailable",
}
_DOCUMENTED: Final = (
    BadRequest,
    Unauthenticated,
    ContentTooLarge,
    UnsupportedMediaType,
    Unprocessable,
    TooManyRequests,
    Crashed,
    Unavailable,
)

ErrorCode = Annotated[str, documented_as(maxLength=40, pattern="^[a-z_]+$")]
ErrorDescription = Annotated[str, documented_as(maxLength=MAX_MESSAGE_CHARACTERS)]


class OAuthProblem(Problem):
    """A problem document with the members that OAuth clients read."""

    error: ErrorCode
    error_description: ErrorDescription


class OAuthValidationProblem(ValidationProblem):
    """A problem document of invalid fields, with the members that OAuth clients read."""

    error: ErrorCode
    error_description: ErrorDescription


class OAuthError(BadRequest):
    """An error with its own code in RFC 6749."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(detail)
        self.error = error

    @property
    def members(self) -> dict[str, Any]:
        return {"error": self.error}


def invalid_request(detail: str) -> OAuthError:
    """Return the error for an incomplete request."""
    return OAuthError("invalid_request", detail)


class ScopeRefused(OAuthError):
    """A scope exceeds the permissions of the account."""

    refuses = "access"

    def __init__(self) -> None:
        super().__init__("invalid_scope", "The scope goes beyond what the account may do.")


class OAuthErrors:
    """Adds the OAuth members to every error of an OAuth endpoint, also a 405, 413 or 500."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (path := route_path(scope)) in ENDPOINTS:
            scope["state"]["problem_shape"] = partial(_shape, path in _TAKE_FORMS)
        await self.app(scope, receive, send)


def _shape(
    takes_form: bool, content: dict[str, Any], headers: Mapping[str, str] | None
) -> Response:
    status = HTTPStatus(content["status"])
    if takes_form and status == Unprocessable.status:
        status = BadRequest.status
        content |= {"title": title_of(status), "status": status}
    members = _members(_ERRORS.get(status, "invalid_request"), content["detail"])
    return JSONResponse(members | content, status, headers)


def _members(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}


def documented_errors() -> dict[int | str, dict[str, Any]]:
    """Describe the errors of an OAuth endpoint for the `responses` of its route."""
    return {
        error.status.value: {
            "description": title_of(error.status),
            "model": OAuthValidationProblem if error is Unprocessable else OAuthProblem,
            "content": {"application/json": {"example": _example_of(error)}},
        }
        for error in _DOCUMENTED
    }


def _example_of(error: type[AppError]) -> dict[str, Any]:
    code = _ERRORS.get(error.status, "invalid_request")
    return example_of(error) | _members(code, error.detail)
