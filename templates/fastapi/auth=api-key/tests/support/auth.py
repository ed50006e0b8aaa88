"""Settings that authentication needs: none."""

from typing import Final

ENVIRONMENT: Final[dict[str, str]] = {}
# The same in production.
PRODUCTION: Final[dict[str, str]] = {}
