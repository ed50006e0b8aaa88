"""`create-admin`: the first admin, and clear errors."""

import asyncio
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from app.__main__ import main
from app.auth.credentials import CredentialRepository
from app.resources import open_resources
from app.settings import load_settings
from app.users.model import User
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.passwords import OTHER_PASSWORD, PASSWORD
from tests.support.queries import audited
from tests.support.service import running_service

EMAIL = "root@example.com"


def create_admin(database_url: str, *arguments: str, password: str | None = PASSWORD) -> int:
    variables = {**ENVIRONMENT, "DATABASE_URL": database_url}
    if password is not None:
        variables["ADMIN_PASSWORD"] = password
    with patch.dict(os.environ, variables):
        return main(["create-admin", *arguments])


def stored(database_url: str, password: str = PASSWORD) -> tuple[User, bool, list[str]] | None:
    """Return the account, whether it has the password, and what the audit trail says of it."""

    async def read() -> tuple[User, bool, list[str]] | None:
        values = {name.lower(): value for name, value in ENVIRONMENT.items()}
        settings = load_settings(**{**values, "database_url": database_url})
        async with open_resources(settings) as resources:
            async with resources.database.reader() as reader:
                found = await CredentialRepository(reader).find_by_email(EMAIL)
            if found is None:
                return None
            matches, _ = await resources.passwords.verify(password, found[1])
            return found[0], matches, await audited(resources, found[0].id)

    return asyncio.run(read())


def test_an_admin_is_made_with_the_password_from_the_environment(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_admin(database_url, "--email", "Root@Example.com", "--full-name", "Root") == 0
    found = stored(database_url)
    assert found is not None
    user, matches, events = found
    assert (user.email, user.full_name, user.role) == (EMAIL, "Root", "admin")
    assert (user.is_active, user.email_verified, matches) == (True, True, True)
    assert events == ["user.registered", "user.role.changed"]
    output = capsys.readouterr()
    assert f"{EMAIL} is an admin." in output.out
    assert PASSWORD not in output.out + output.err


class Terminal:
    """A user who types these passwords, one per prompt, and then presses Ctrl-C."""

    def __init__(self, *typed: str) -> None:
        self._typed = iter(typed)
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        try:
            return next(self._typed)
        except StopIteration:
            raise KeyboardInterrupt from None


def test_without_the_variable_the_password_is_asked_for_twice_after_the_rule(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(OTHER_PASSWORD, OTHER_PASSWORD)
    monkeypatch.setattr("getpass.getpass", terminal)
    assert create_admin(database_url, "--email", EMAIL, password=None) == 0
    assert terminal.prompts == ["Password: ", "Repeat the password: "]
    assert capsys.readouterr().out.startswith("A password has 12 to 128 characters. It must not")
    found = stored(database_url, OTHER_PASSWORD)
    assert found is not None
    assert found[1]


def test_after_a_refusal_it_is_asked_for_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["Winter2026!!", "Winter2026!!", "", "", PASSWORD, OTHER_PASSWORD, PASSWORD, PASSWORD]
    monkeypatch.setattr("getpass.getpass", Terminal(*typed))
    assert create_admin(database_url, "--email", EMAIL, password=None) == 0
    weak, empty, different = capsys.readouterr().err.splitlines()
    assert weak.startswith("This password is not accepted: password is too easy to guess")
    assert empty.startswith("This password is not accepted: password ")
    assert different == "The passwords do not match."
    found = stored(database_url)
    assert found is not None
    assert found[1]


def test_who_presses_ctrl_c_gets_no_trace(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("getpass.getpass", Terminal(PASSWORD))
    assert create_admin(database_url, "--email", EMAIL, password=None) == 130
    assert capsys.readouterr().err == "Interrupted.\n"
    assert stored(database_url) is None


@pytest.mark.parametrize("fault", ["unknown", "disabled", "unconfirmed"])
async def test_an_account_that_may_belong_to_a_stranger_is_not_promoted(
    database_url: str, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    async with running_service(database_url) as service:
        email = "nobody@example.com" if fault == "unknown" else EMAIL
        user = await make_user(
            service.resources,
            email=EMAIL,
            is_active=fault != "disabled",
            email_verified=fault != "unconfirmed",
        )
        promoted = ["--email", email, "--promote"]
        assert await asyncio.to_thread(create_admin, database_url, *promoted) == 1
        assert "No administrator was created: " in capsys.readouterr().err
        assert await audited(service.resources, user.id) == []


async def test_an_account_that_exists_is_promoted_where_it_is_asked_for(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_service(database_url) as service, service.caller() as caller:
        email = caller.user.email
        assert await asyncio.to_thread(create_admin, database_url, "--email", email) == 1
        assert "--promote makes it an admin" in refused(capsys)
        promoted = ["--email", email, "--promote"]
        assert await asyncio.to_thread(create_admin, database_url, *promoted, password=None) == 0
        async with service.caller(user=caller.user) as admin:
            me = (await admin.client.get("/api/v1/users/me")).json()
            assert me["role"] == "admin"
        assert "user.role.changed" in await audited(service.resources, caller.user.id)


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was refused, in one clear line."""
    output = capsys.readouterr()
    assert "Traceback" not in output.err + output.out
    (line,) = output.err.splitlines()
    assert line.startswith("No administrator was created: ")
    assert PASSWORD not in line
    return line


def test_a_bad_address_is_refused(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert create_admin(database_url, "--email", "root") == 1
    assert "email is not an e-mail address" in refused(capsys)


def test_a_weak_password_is_refused(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert create_admin(database_url, "--email", EMAIL, password="password1234") == 1
    assert "password is too easy to guess" in refused(capsys)
    assert stored(database_url) is None


def test_a_known_address_is_refused_and_stays_what_it_is(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_admin(database_url, "--email", EMAIL) == 0
    before = stored(database_url)
    capsys.readouterr()
    assert create_admin(database_url, "--email", EMAIL.upper(), password=OTHER_PASSWORD) == 1
    assert "an account with this address exists" in refused(capsys)
    assert stored(database_url) == before


def test_without_a_terminal_the_variable_is_named(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_there(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody_there)
    assert create_admin(database_url, "--email", EMAIL, password=None) == 1
    assert "ADMIN_PASSWORD" in refused(capsys)


def test_a_database_that_cannot_be_used_is_named(
    migrated_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create_admin(f"{migrated_url}-that-nobody-made", "--email", EMAIL) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("The database cannot be used: ")
    assert PASSWORD not in line


def test_without_an_address_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["create-admin"])
    assert stopped.value.code == 2
    assert "--email" in capsys.readouterr().err


def test_settings_that_cannot_be_used_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert create_admin("nonsense://", "--email", EMAIL) == 1
    assert "DATABASE_URL" in capsys.readouterr().err
