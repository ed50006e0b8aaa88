"""What signing in asks of the environment: nothing."""

from typing import Final

ENVIRONMENT: Final[dict[str, str]] = {}
# What production asks in its place.
PRODUCTION: Final[dict[str, str]] = {}
