"""The session cookie (OWASP Session Management Cheat Sheet)."""

from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from app.resources import ResourcesDep
from app.settings import Settings

# A browser accepts the prefix only with Secure, for the whole host and from the host itself:
# neither a subdomain nor plain HTTP can plant another session (RFC 6265bis, 4.1.3.2).
_NAME: Final = "__Host-session"
_PLAIN_NAME: Final = "session"


# OpenAPI description of the responses that set or clear the cookie.
COOKIE_ANSWER: Final[dict[str, Any]] = {
    "headers": {
        "Set-Cookie": {
            "description": "The session cookie.",
            "schema": {"type": "string", "maxLength": 256},
        }
    }
}


class SessionCookie:
    """The cookie of a request and its response. It lasts until the browser is closed."""

    def __init__(self, request: Request, response: Response, resources: ResourcesDep) -> None:
        self._request = request
        self._response = response
        self._plain = speaks_plain_http(request, resources.settings)
        # The prefix `__Host-` stands for the whole host, so that a browser takes it with this only.
        self._path = (self._plain and resources.settings.root_path) or "/"
        self._name = cookie_name(plain=self._plain)

    def read(self) -> str | None:
        """Return the session id that the browser sent."""
        return read_cookie(self._request, self._name)

    def write(self, session_id: str) -> None:
        """Set the cookie to this id."""
        self._set(session_id)

    def clear(self) -> None:
        """Clear the cookie."""
        self._set("", max_age=0)

    def _set(self, value: str, *, max_age: int | None = None) -> None:
        self._response.set_cookie(
            self._name,
            value,
            max_age,
            path=self._path,
            secure=not self._plain,
            httponly=True,
            samesite="Lax",  # type: ignore[arg-type]  # as RFC 6265bis writes it
        )


def read_cookie(request: Request, name: str) -> str | None:
    """Return the value of a cookie; None if the browser sent none, or two.

    Of two, one was planted beside the session's own, and there is no telling which.
    """
    cookies = [cookie.partition("=") for cookie in request.headers.get("cookie", "").split(";")]
    values = [value.strip() for key, _, value in cookies if key.strip() == name]
    return values[0] if len(values) == 1 else None


def cookie_name(*, plain: bool) -> str:
    """Return the name of the cookie over plain HTTP or HTTPS."""
    return _PLAIN_NAME if plain else _NAME


def may_be_plain(settings: Settings) -> bool:
    """Return whether browsers may use plain HTTP."""
    return settings.environment in {"development", "test"}


def speaks_plain_http(request: Request, settings: Settings) -> bool:
    """Return whether the browser uses plain HTTP, which only development allows."""
    return may_be_plain(settings) and request.url.scheme == "http"


SessionCookieDep = Annotated[SessionCookie, Depends()]
