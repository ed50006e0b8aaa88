"""What signing in asks of the environment."""

from typing import Final

ENVIRONMENT: Final = {"RATE_LIMIT_AUTH": "10000/minute"}
# What production asks in its place.
PRODUCTION: Final[dict[str, str]] = {}
