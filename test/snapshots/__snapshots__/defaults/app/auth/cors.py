"""What signing in asks of the cross-origin rules: a header that scripts set themselves."""

from typing import Final

ALLOW_CREDENTIALS: Final = False
REQUEST_HEADERS: Final = ("Authorization",)
