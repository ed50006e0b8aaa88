"""bcrypt as passwords are stored with it, and what it cannot read."""

import bcrypt
import httpx2
import pytest

from app.auth.hashing import Passwords
from app.auth.password_hasher import HASHER, MAX_PASSWORD_BYTES
from app.resources import Resources
from tests.support.factories import make_user
from tests.support.hashing import PRODUCTION_ROUNDS
from tests.support.passwords import PASSWORD, give_password, stored_hash
from tests.support.sign_in import attempt_sign_in

# 72 bytes, of one and of more bytes a character.
LONGEST = ["a" * 72, "é" * 36, "字" * 24, "🐎" * 18]
LETTERS = ["1 byte", "2 bytes", "3 bytes", "4 bytes"]


async def test_a_stored_hash_is_bcrypt_with_cost_12(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HASHER, "rounds", PRODUCTION_ROUNDS)
    account = await make_user(resources)
    await give_password(resources, account)
    assert (await stored_hash(resources, account)).startswith("$2b$12$")


@pytest.mark.parametrize("longest", LONGEST, ids=LETTERS)
async def test_every_byte_of_the_longest_password_counts(longest: str) -> None:
    passwords = Passwords()
    assert len(longest.encode()) == MAX_PASSWORD_BYTES
    password_hash = await passwords.hash(longest)
    assert await passwords.verify(longest, password_hash) == (True, None)
    assert await passwords.verify(f"{longest[:-1]}b", password_hash) == (False, None)


@pytest.mark.parametrize("longest", LONGEST, ids=LETTERS)
async def test_a_longer_password_is_never_cut_short(longest: str) -> None:
    passwords = Passwords()
    with pytest.raises(ValueError, match="72 bytes"):
        await passwords.hash(f"{longest}a")
    password_hash = await passwords.hash(longest)
    assert await passwords.verify(f"{longest}a", password_hash) == (False, None)


@pytest.mark.parametrize("password", ["a" * 73, "é" * 36 + "a", "🐎" * 128], ids=len)
async def test_a_longer_password_is_a_wrong_one_and_takes_a_hash(
    client: httpx2.AsyncClient,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
) -> None:
    account = await make_user(resources)
    await give_password(resources, account)
    compared: list[bytes] = []
    compare = bcrypt.checkpw

    def counted(secret: bytes, password_hash: bytes) -> bool:
        compared.append(password_hash)
        return compare(secret, password_hash)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    wrong = await attempt_sign_in(client, account.email, PASSWORD[::-1])
    for email in (account.email, "nobody@example.com"):
        too_long = await attempt_sign_in(client, email, password)
        assert too_long.status_code == wrong.status_code == 401
        assert too_long.json() | {"request_id": ""} == wrong.json() | {"request_id": ""}
    assert len(compared) == 3


@pytest.mark.parametrize(
    "damaged",
    [
        "$2b$",
        f"$2b$99${'a' * 53}",
        f"$2b$03${'a' * 53}",
        f"$2b$12${'/' * 53}",
        f"$2b$12${'a' * 52}",
        f"$2c$12${'a' * 53}",
    ],
)
async def test_nothing_matches_a_damaged_hash(damaged: str) -> None:
    passwords = Passwords()
    assert await passwords.verify("nobody has this password", damaged) == (False, None)


async def test_an_older_variant_is_hashed_again() -> None:
    passwords = Passwords()
    older = (await passwords.hash(PASSWORD)).replace("$2b$", "$2a$")
    matches, fresh = await passwords.verify(PASSWORD, older)
    assert matches
    assert (fresh or "").startswith("$2b$")
