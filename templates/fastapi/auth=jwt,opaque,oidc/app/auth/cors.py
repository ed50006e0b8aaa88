"""What authentication needs from CORS: a header that scripts set."""

from typing import Final

ALLOW_CREDENTIALS: Final = False
REQUEST_HEADERS: Final = ("Authorization",)
