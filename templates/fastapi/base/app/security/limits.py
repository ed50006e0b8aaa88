"""Limits on the size and duration of a request (OWASP API4:2023)."""

import asyncio
import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import (
    AppError,
    BadRequest,
    ContentTooLarge,
    Unavailable,
    UnsupportedMediaType,
    error_response,
)
from app.security.headers import header_of
from app.settings import Settings

_LENGTH: Final = re.compile(r"[0-9]{1,18}")


class BodyTooLarge(HTTPException):
    """Raised in `receive`, where FastAPI lets only its own exception type through."""

    def __init__(self) -> None:
        super().__init__(ContentTooLarge.status, ContentTooLarge.detail)


class RequestLimits:
    """Responds with 413 over `MAX_BODY_BYTES`, and with 503 after `REQUEST_TIMEOUT_SECONDS`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.max_bytes = settings.max_body_bytes
        self.seconds = settings.request_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await error_response(scope, refusal)(scope, receive, send)
            return
        await self._run(scope, receive, send)

    def _refusal(self, scope: Scope) -> AppError | None:
        length = header_of(scope, b"content-length") or "0"
        if not _LENGTH.fullmatch(length):
            return BadRequest()
        if int(length) > self.max_bytes:
            return ContentTooLarge()
        if (header_of(scope, b"content-encoding") or "identity").lower() != "identity":
            # A few compressed bytes may expand to gigabytes.
            return UnsupportedMediaType("Send the body without compression.")
        return None

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        begun = False

        async def bounded_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise BodyTooLarge
            return message

        deadline = asyncio.timeout(self.seconds)

        async def noting_send(message: Message) -> None:
            nonlocal begun
            if not begun:
                begun = True
                # A cancelled application may still send its own response.
                if not deadline.expired():
                    deadline.reschedule(None)
            await send(message)

        try:
            async with deadline:
                await self.app(scope, bounded_receive, noting_send)
        except TimeoutError:
            if begun or not deadline.expired():
                raise
            await error_response(scope, Unavailable())(scope, receive, send)
