"""The format of a key, and the comparison of its secret."""

import secrets
from collections.abc import Callable
from uuid import uuid4

import pytest

from app.api_keys.secret import KeySecret
from app.security.keys import Keys
from tests.support.digests import is_readable
from tests.support.service import settings_for

OLD = secrets.token_urlsafe(36)
NEW = secrets.token_urlsafe(36)


@pytest.fixture
def keys(migrated_url: str) -> Callable[..., Keys]:
    """Give a maker of the keys that are derived from secrets, the current one first."""

    def derive(current: str, *fallbacks: str) -> Keys:
        return Keys(
            settings_for(migrated_url, secret_key=current, secret_key_fallbacks=",".join(fallbacks))
        )

    return derive


def test_a_key_reads_as_it_is_written() -> None:
    secret = KeySecret.new(uuid4())
    assert secret.text() == f"csa_{secret.key_id.hex}_{secret.secret}"
    assert KeySecret.parse(secret.text()) == secret


def test_a_secret_has_256_random_bits() -> None:
    made = {KeySecret.new(uuid4()).secret for _ in range(100)}
    assert len(made) == 100
    assert {len(secret) for secret in made} == {43}


def test_a_secret_is_in_no_repr() -> None:
    secret = KeySecret.new(uuid4())
    assert secret.secret not in repr(secret)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("csa_", "csb_"),
        lambda text: text.upper(),
        lambda text: text.replace("_", "-"),
        lambda text: "csa_" + text[4:36].replace(text[4], "g", 1) + text[36:],
        lambda text: text[:-1] + "\u0661",
        lambda text: text[:-1] + "\0",
    ],
)
def test_what_no_key_looks_like_is_none(damage: object) -> None:
    assert callable(damage)
    assert KeySecret.parse(damage(KeySecret.new(uuid4()).text())) is None


def test_a_digest_proves_its_own_secret_alone(keys: Callable[..., Keys]) -> None:
    secret, other = KeySecret.new(uuid4()), KeySecret.new(uuid4())
    digest = secret.digest(keys(NEW))
    assert secret.matches(keys(NEW), digest)
    assert not other.matches(keys(NEW), digest)
    assert not secret.matches(keys(OLD), digest)


def test_a_digest_is_a_keyed_hash_of_the_secret(keys: Callable[..., Keys]) -> None:
    secret = KeySecret.new(uuid4())
    assert secret.digest(keys(NEW)) != secret.digest(keys(OLD))
    assert not is_readable(secret.digest(keys(NEW)), secret.secret)


@pytest.mark.parametrize("purpose", ["cursor", "rate-limit"])
def test_the_key_of_another_purpose_proves_nothing(keys: Callable[..., Keys], purpose: str) -> None:
    secret = KeySecret.new(uuid4())
    message = secret.secret.encode()
    assert secret.matches(keys(NEW), keys(NEW).mac("api-key", message))
    assert not secret.matches(keys(NEW), keys(NEW).mac(purpose, message))


def test_an_earlier_key_of_the_service_still_proves_but_is_not_current(
    keys: Callable[..., Keys],
) -> None:
    secret = KeySecret.new(uuid4())
    rotated = keys(NEW, OLD)
    assert secret.matches(rotated, secret.digest(keys(OLD)))
    assert not secret.is_current(rotated, secret.digest(keys(OLD)))
    assert secret.is_current(rotated, secret.digest(keys(NEW)))
