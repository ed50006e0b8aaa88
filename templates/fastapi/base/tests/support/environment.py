"""The environment of the service under test."""

import base64
import secrets
from typing import Final

from tests.support import auth, state

# Limits are out of the way here; the tests of limits set their own.
ENVIRONMENT: Final = {
    "ENVIRONMENT": "test",
    "SECRET_KEY": secrets.token_urlsafe(36),
    "FIELD_ENCRYPTION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
    "CORS_ORIGINS": "https://app.example.com",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "RATE_LIMIT_DEFAULT": "10000/minute",
    "SECURITY_CONTACT": "",
    **auth.ENVIRONMENT,
    **state.ENVIRONMENT,
}
