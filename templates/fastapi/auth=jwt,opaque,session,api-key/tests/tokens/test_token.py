"""Secrets and their stored digests."""

import base64

from app.tokens.token import digest, new_secret
from tests.support.digests import is_readable


def test_a_secret_has_256_random_bits_and_is_safe_in_a_url() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    decoded = [base64.urlsafe_b64decode(f"{secret}=") for secret in secrets]
    assert {len(secret) for secret in decoded} == {32}
    # No byte is a constant.
    assert all(len(set(values)) > 50 for values in zip(*decoded, strict=True))


def test_what_is_stored_does_not_give_the_secret_away() -> None:
    secret = new_secret()
    assert digest(secret) == digest(secret)
    assert digest(secret) != digest(new_secret())
    assert len(digest(secret)) == 32
    assert not is_readable(digest(secret), secret)
