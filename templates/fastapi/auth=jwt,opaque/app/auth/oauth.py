"""Errors of the OAuth endpoints, as its clients read them (RFC 6749, 5.2).

Such a client takes any JSON without `error` for a token, whatever the status. So every refusal has
the members that it looks for, beside those of a problem document.
"""

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Request, params
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import (
    MAX_MESSAGE_CHARACTERS,
    MEDIA_TYPE,
    AppError,
    BadRequest,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unprocessable,
    UnsupportedMediaType,
    ValidationProblem,
    documented_as,
    example_of,
)
from app.root_path import route_path
from app.routing import Router, StrictRoute

ENDPOINTS: Final = {f"/api/v1/auth/{name}" for name in ("token", "refresh", "revoke")}
_PROBLEM: Final = (b"content-type", MEDIA_TYPE.encode())
_ERRORS: Final[dict[int, str]] = {
    Unauthenticated.status: "invalid_grant",
    TooManyRequests.status: "temporarily_unavailable",
    Unavailable.status: "temporarily_unavailable",
}
_REFUSALS: Final = (
    BadRequest,
    Unauthenticated,
    UnsupportedMediaType,
    Unprocessable,
    TooManyRequests,
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
    """A refusal that has a code of its own in RFC 6749."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(detail)
        self.error = error


def invalid_request(detail: str) -> OAuthError:
    """Make the error of a request that lacks something."""
    return OAuthError("invalid_request", detail)


class ScopeRefused(OAuthError):
    """A scope goes beyond what the account may do."""

    refuses = "access"

    def __init__(self) -> None:
        super().__init__("invalid_scope", "The scope goes beyond what the account may do.")


class OAuthRoute(StrictRoute):
    """A route that answers its errors as RFC 6749 has them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        takes_form = self.body_field and isinstance(self.body_field.field_info, params.Form)

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except (AppError, RequestValidationError, HTTPException) as error:
                problem = await _problem_of(request, error)
                if takes_form and problem.status_code == Unprocessable.status:
                    return _oauth_response(problem, error, BadRequest.status)
                return _oauth_response(problem, error, HTTPStatus(problem.status_code))

        return answer


class OAuthRouter(Router):
    """A router of OAuth endpoints."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, responses=_documented())
        self.route_class = OAuthRoute


class OAuthErrors:
    """Completes the errors that never reach an OAuth endpoint: 405, 413, 429 and the like."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and route_path(scope) in ENDPOINTS:
            send = _completing(send)
        await self.app(scope, receive, send)


def _completing(send: Send) -> Send:
    head: Message | None = None

    async def complete(message: Message) -> None:
        nonlocal head
        if message["type"] == "http.response.start" and _PROBLEM in message["headers"]:
            head = message
        elif head is None:
            await send(message)
        else:
            # A problem document is sent in one piece.
            content = json.loads(message["body"])
            error = _ERRORS.get(content["status"], "invalid_request")
            body = JSONResponse(content | _members(error, content["detail"]))
            kept = [field for field in head["headers"] if not field[0].startswith(b"content-")]
            await send({**head, "headers": kept + body.raw_headers})
            await send({**message, "body": body.body})

    return complete


async def _problem_of(request: Request, error: Exception) -> Response:
    kinds = (AppError, RequestValidationError, HTTPException)
    kind = next(kind for kind in kinds if isinstance(error, kind))
    problem: Response = await request.app.exception_handlers[kind](request, error)
    return problem


def _oauth_response(problem: Response, error: Exception, status: HTTPStatus) -> Response:
    known = error.error if isinstance(error, OAuthError) else None
    content = json.loads(bytes(problem.body)) | {"title": status.phrase, "status": status}
    content |= _members(known or _ERRORS.get(status, "invalid_request"), content["detail"])
    kept = ("www-authenticate", "retry-after", "ratelimit", "ratelimit-policy", "allow")
    headers = {name: problem.headers[name] for name in kept if name in problem.headers}
    return JSONResponse(content, status, headers)


def _members(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}


def _documented() -> dict[int | str, dict[str, Any]]:
    return {
        error.status.value: {
            "description": error.status.phrase,
            "model": OAuthValidationProblem if error is Unprocessable else OAuthProblem,
            "content": {"application/json": {"example": _example_of(error)}},
        }
        for error in _REFUSALS
    }


def _example_of(error: type[AppError]) -> dict[str, Any]:
    code = _ERRORS.get(error.status, "invalid_request")
    return example_of(error) | _members(code, error.detail)
