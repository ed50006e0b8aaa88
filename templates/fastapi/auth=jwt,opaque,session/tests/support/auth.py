"""Settings that authentication needs."""

from typing import Final

ENVIRONMENT: Final = {"RATE_LIMIT_AUTH": "10000/minute"}
# The same in production.
PRODUCTION: Final[dict[str, str]] = {}
