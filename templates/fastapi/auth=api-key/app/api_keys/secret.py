"""The format of a key, `csa_<id>_<secret>`, and the hash of its secret.

The row is found by the id, so that secrets are compared in constant time and not by an index. The
prefix lets secret scanners detect keys that were committed or pasted somewhere.
"""

import hmac
import re
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from app.security.keys import Keys
from app.tokens.token import new_secret

_FORM: Final = re.compile(r"csa_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")
_PURPOSE: Final = "api-key"


@dataclass(frozen=True, slots=True, repr=False)
class KeySecret:
    """A key as its holder sends it."""

    key_id: UUID
    secret: str

    @classmethod
    def new(cls, key_id: UUID) -> Self:
        """Make the secret of a new key."""
        return cls(key_id, new_secret())

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a key; None for text that is not one."""
        match = _FORM.fullmatch(text)
        return cls(UUID(match[1]), match[2]) if match else None

    def text(self) -> str:
        """Return the text of the key."""
        return f"csa_{self.key_id.hex}_{self.secret}"

    def digest(self, keys: Keys) -> bytes:
        """Hash the secret for storage, with a key that is not in the database."""
        return keys.mac(_PURPOSE, self.secret.encode())

    def matches(self, keys: Keys, digest: bytes) -> bool:
        """Return, in constant time, whether a stored digest is of this secret."""
        return keys.verify(_PURPOSE, self.secret.encode(), digest)

    def is_current(self, keys: Keys, digest: bytes) -> bool:
        """Return whether a digest was made with the newest key."""
        return hmac.compare_digest(digest, self.digest(keys))
