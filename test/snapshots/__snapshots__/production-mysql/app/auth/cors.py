"""What signing in asks of the cross-origin rules: the cookie, and the token beside it."""

from typing import Final

from app.auth.csrf import HEADER

ALLOW_CREDENTIALS: Final = True
REQUEST_HEADERS: Final = (HEADER,)
