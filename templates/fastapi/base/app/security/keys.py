"""Keys for each purpose, derived from `SECRET_KEY` (HKDF-SHA256, RFC 5869).

Each key serves one purpose, so that a signature for one cannot be used for another.
"""

import hmac
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import Settings

KEY_BYTES: Final = 32
_INFO_PREFIX: Final = "create-secure-api/v1/"


class Keys:
    """Derived keys: the current one first, then one for each of `SECRET_KEY_FALLBACKS`."""

    def __init__(self, settings: Settings) -> None:
        secrets = (settings.secret_key, *settings.secret_key_fallbacks)
        self._secrets = tuple(secret.get_secret_value().encode() for secret in secrets)
        self._derived: dict[str, tuple[bytes, ...]] = {}

    def all(self, purpose: str) -> tuple[bytes, ...]:
        """Return the keys of a purpose, 32 bytes each; signatures of any of them are valid."""
        if purpose not in self._derived:
            self._derived[purpose] = tuple(_derive(secret, purpose) for secret in self._secrets)
        return self._derived[purpose]

    def mac(self, purpose: str, message: bytes) -> bytes:
        """Return the HMAC-SHA256 (32 bytes) of a message under the current key."""
        return hmac.digest(self.all(purpose)[0], message, "sha256")

    def macs(self, purpose: str, message: bytes) -> tuple[bytes, ...]:
        """Return the HMAC-SHA256 of a message under each key of a purpose, the current first."""
        return tuple(hmac.digest(key, message, "sha256") for key in self.all(purpose))

    def verify(self, purpose: str, message: bytes, mac: bytes) -> bool:
        """Return, in constant time, whether one of the keys made this HMAC-SHA256."""
        matches = [hmac.compare_digest(mac, known) for known in self.macs(purpose, message)]
        return any(matches)


def _derive(secret: bytes, purpose: str) -> bytes:
    info = (_INFO_PREFIX + purpose).encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)
