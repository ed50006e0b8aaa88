"""Stored digests of secrets."""

from app.tokens.token import digest, new_secret
from tests.support.digests import is_readable


def test_what_is_stored_does_not_give_the_secret_away() -> None:
    secret = new_secret()
    assert digest(secret) == digest(secret)
    assert digest(secret) != digest(new_secret())
    assert len(digest(secret)) == 32
    assert not is_readable(digest(secret), secret)
