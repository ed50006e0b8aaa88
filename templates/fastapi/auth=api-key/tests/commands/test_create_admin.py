"""`create-admin`: the first admin and its key."""

import asyncio
import os
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest

from app.__main__ import main
from app.api_keys.secret import KeySecret
from app.auth.authenticator import HEADER
from tests.support.database import empty_database
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.queries import audit_events
from tests.support.service import running_service

EMAIL = "root@example.com"


def create_admin(database_url: str, *arguments: str) -> int:
    with patch.dict(os.environ, {**ENVIRONMENT, "DATABASE_URL": database_url}):
        return main(["create-admin", *arguments])


@pytest.fixture
def first_key(database_url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Give the key that the command prints on the last line."""
    assert create_admin(database_url, "--email", "Root@Example.com", "--full-name", "Root") == 0
    output = capsys.readouterr().out
    assert f"{EMAIL} is an admin." in output
    key: str = output.splitlines()[-1]
    assert output.count(key) == 1
    return key


async def test_the_first_key_opens_everything(first_key: str, database_url: str) -> None:
    parsed = KeySecret.parse(first_key)
    assert parsed is not None
    async with running_service(database_url) as service:
        service.client.headers[HEADER] = first_key
        me = (await service.client.get("/api/v1/users/me")).json()
        assert (me["email"], me["full_name"], me["role"]) == (EMAIL, "Root", "admin")
        assert (await service.client.get("/api/v1/users/export")).status_code == 200
        [key] = (await service.client.get("/api/v1/api-keys")).json()["items"]
        assert (key["id"], key["expires_at"]) == (str(parsed.key_id), None)
        [event] = await audit_events(
            service.resources, "api_key.created", subject_id=UUID(me["id"])
        )
        assert event.details == {"id": str(parsed.key_id)}


def test_an_address_that_has_an_account_is_refused(
    first_key: str, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_key
    assert create_admin(database_url, "--email", "ROOT@example.com") == 1
    output = capsys.readouterr()
    assert (
        "created: an account with this address exists; --promote makes it an admin." in output.err
    )
    assert "csa_" not in output.out


async def test_an_account_that_exists_is_promoted_where_it_is_asked_for(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_service(database_url) as service:
        user = await make_user(service.resources)
        promoted = ["--email", user.email, "--promote"]
        assert await asyncio.to_thread(create_admin, database_url, *promoted) == 0
        service.client.headers[HEADER] = capsys.readouterr().out.splitlines()[-1]
        assert (await service.client.get("/api/v1/users/me")).json()["role"] == "admin"
        assert (await service.client.get("/api/v1/users/export")).status_code == 200
        [event] = await audit_events(service.resources, "user.role.changed", subject_id=user.id)
        assert event.details == {"before": "user", "after": "admin", "by": "create-admin"}


def test_an_address_without_an_account_is_not_promoted(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_admin(database_url, "--email", EMAIL, "--promote") == 1
    assert "No administrator was created: the address has no account." in capsys.readouterr().err


def test_what_is_no_address_is_refused(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_admin(database_url, "--email", "root") == 1
    assert "created: email is not an e-mail address." in capsys.readouterr().err


def test_a_database_that_has_not_been_migrated_is_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with empty_database(tmp_path) as url:
        assert create_admin(url, "--email", EMAIL) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("The database cannot be used: ")
    assert line.endswith(". Run `python -m app migrate`.")
