"""Secrets and their stored digests."""

import base64

from app.tokens.token import digest, new_secret


def test_a_secret_has_256_random_bits_and_is_safe_in_a_url() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.urlsafe_b64decode(f"{secret}=")) for secret in secrets} == {32}


def test_what_is_stored_does_not_give_the_secret_away() -> None:
    secret = new_secret()
    assert digest(secret) == digest(secret)
    assert digest(secret) != digest(new_secret())
    assert len(digest(secret)) == 32
    assert secret.encode() not in digest(secret)
