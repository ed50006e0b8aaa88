"""Settings that authentication needs: an identity provider, which runs during the tests."""

import atexit
from typing import Final

from app.auth.permissions import Role
from tests.support.provider import AUDIENCE, Provider

PROVIDER: Final = Provider()
PROVIDER.start()
atexit.register(PROVIDER.stop)

# What the provider calls each role.
ROLE_NAMES: Final = {Role.MODERATOR: "support", Role.ADMIN: "api-admins"}

ENVIRONMENT: Final = {
    "OIDC_ISSUER": PROVIDER.issuer,
    "OIDC_AUDIENCE": AUDIENCE,
    "OIDC_ROLE_MAPPING": ",".join(f"{role}={name}" for role, name in ROLE_NAMES.items()),
}
# The same in production.
PRODUCTION: Final = {"OIDC_ISSUER": "https://auth.example.com/realms/main"}
