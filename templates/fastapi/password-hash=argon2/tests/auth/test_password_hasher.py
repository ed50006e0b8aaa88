"""Argon2id as passwords are stored with it."""

import httpx2
import pytest

from app.auth.hashing import Passwords
from app.auth.password_hasher import HASHER
from app.auth.password_text import MAX_PASSWORD_LENGTH
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.hashing import PRODUCTION_HASHER
from tests.support.passwords import give_password, stored_hash
from tests.support.sign_in import attempt_sign_in


async def test_a_stored_hash_is_argon2id_with_the_parameters_of_owasp(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HASHER, "_hasher", PRODUCTION_HASHER)
    account = await make_user(resources)
    await give_password(resources, account)
    assert (await stored_hash(resources, account)).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_every_byte_of_the_longest_password_counts(
    client: httpx2.AsyncClient, resources: Resources
) -> None:
    account = await make_user(resources)
    longest = "🐎" * (MAX_PASSWORD_LENGTH - 1)
    await give_password(resources, account, f"{longest}a")
    assert (await attempt_sign_in(client, account.email, f"{longest}b")).status_code == 401
    assert (await attempt_sign_in(client, account.email, f"{longest}a")).status_code == 200


@pytest.mark.parametrize(
    "damaged",
    [
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1$",
        "$argon2id$v=19$m=19456,t=2,p=1$!!!!$!!!!",
        "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g",
        "$argon2xy$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g",
    ],
)
async def test_nothing_matches_a_damaged_hash(damaged: str) -> None:
    passwords = Passwords()
    assert await passwords.verify("nobody has this password", damaged) == (False, None)


def test_an_older_variant_is_hashed_again() -> None:
    assert HASHER.check_needs_rehash("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g")
