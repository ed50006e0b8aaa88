"""Keys for each purpose, as the contract derives them."""

import hashlib
import hmac

import pytest

from app.security.keys import Keys
from tests.support.service import settings_for

SECRET = "an old secret of at least 32 bytes."
NEWER = "a newer secret of at least 32 bytes"


@pytest.fixture(scope="module")
def keys(migrated_url: str) -> Keys:
    return Keys(settings_for(migrated_url, secret_key=NEWER, secret_key_fallbacks=SECRET))


def _hkdf(secret: str, purpose: str) -> bytes:
    """Derive 32 bytes by RFC 5869, written out: extract with an empty salt, then expand once."""
    extracted = hmac.digest(bytes(32), secret.encode(), "sha256")
    info = f"create-secure-api/v1/{purpose}".encode()
    return hmac.digest(extracted, info + b"\x01", "sha256")


def test_they_are_derived_as_the_contract_says(keys: Keys) -> None:
    for purpose in ("access-token", "csrf", "cursor", "one-time-token", "api-key"):
        assert keys.all(purpose) == (_hkdf(NEWER, purpose), _hkdf(SECRET, purpose))


def test_a_key_serves_one_purpose(keys: Keys) -> None:
    mac = keys.mac("cursor", b"message")
    assert keys.verify("cursor", b"message", mac)
    assert not keys.verify("csrf", b"message", mac)


def test_earlier_keys_verify_and_the_newest_signs(
    keys: Keys,
) -> None:
    old = hmac.digest(_hkdf(SECRET, "cursor"), b"message", hashlib.sha256)
    assert keys.verify("cursor", b"message", old)
    assert keys.mac("cursor", b"message") != old
    assert keys.macs("cursor", b"message") == (keys.mac("cursor", b"message"), old)


@pytest.mark.parametrize("mac", [b"", b"x", bytes(32), bytes(64)])
def test_a_wrong_mac_is_refused(keys: Keys, mac: bytes) -> None:
    assert not keys.verify("cursor", b"message", mac)
