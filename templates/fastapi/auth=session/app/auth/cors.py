"""What authentication needs from CORS: the cookie and the CSRF token."""

from typing import Final

from app.auth.csrf import HEADER

ALLOW_CREDENTIALS: Final = True
REQUEST_HEADERS: Final = (HEADER,)
