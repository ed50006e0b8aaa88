"""Passwords are stored as bcrypt hashes (OWASP Password Storage Cheat Sheet)."""

from typing import Final

from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.bcrypt import BcryptHasher

MAX_PASSWORD_BYTES: Final = 72


class _WholePasswordHasher(BcryptHasher):
    """bcrypt, for which a password of more than 72 bytes is wrong and not an error."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002
        """Compare; raises `UnknownHashError` if the hash is damaged."""
        secret = password.encode() if isinstance(password, str) else password
        fits = len(secret) <= MAX_PASSWORD_BYTES
        try:
            # A password that is too long takes as long as any other wrong one.
            return super().verify(secret if fits else b"", hash) and fits
        except ValueError as error:
            raise UnknownHashError(hash) from error


HASHER: Final = _WholePasswordHasher(rounds=12)
