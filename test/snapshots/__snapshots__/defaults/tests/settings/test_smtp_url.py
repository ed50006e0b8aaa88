"""SMTP_URL and what MAIL_BACKEND asks of it."""

from typing import Any

import pytest

from app.settings import Settings, SettingsError, load_settings
from tests.support.environment import ENVIRONMENT


def load(migrated_url: str, **changed: Any) -> Settings:
    values = {name.lower(): value for name, value in ENVIRONMENT.items()}
    return load_settings(**{**values, "database_url": migrated_url, **changed})


def faults(migrated_url: str, **changed: Any) -> list[str]:
    with pytest.raises(SettingsError) as error:
        load(migrated_url, **changed)
    return error.value.faults


@pytest.mark.parametrize("environment", ["development", "test", "staging", "production"])
@pytest.mark.parametrize("smtp_url", [{}, {"smtp_url": ""}])
def test_smtp_without_a_server_is_a_fault_in_every_environment(
    migrated_url: str, environment: str, smtp_url: dict[str, str]
) -> None:
    named = faults(migrated_url, environment=environment, mail_backend="smtp", **smtp_url)
    assert "SMTP_URL: is required with MAIL_BACKEND=smtp" in named


@pytest.mark.parametrize("backend", ["console", "file"])
def test_no_other_backend_needs_a_server(migrated_url: str, backend: str) -> None:
    assert not load(migrated_url, mail_backend=backend).smtp_url.get_secret_value()


@pytest.mark.parametrize(
    "url",
    [
        "smtp://localhost:1025",
        "smtps://mail.example.com",
        "smtps://user:p%40ss@mail.example.com:465",
        "smtp://[::1]:25",
    ],
)
def test_a_server_is_an_smtp_url(migrated_url: str, url: str) -> None:
    settings = load(migrated_url, mail_backend="smtp", smtp_url=url)
    assert settings.smtp_url.get_secret_value() == url
    assert url not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "https://user:hunter2@mail.example.com",
        "smtp://",
        "smtp://user:hunter2@",
        "smtp://mail.example.com:0",
        "smtp://mail.example.com:hunter2",
        "smtp://[hunter2",
    ],
)
def test_another_text_is_a_fault_that_does_not_repeat_it(migrated_url: str, url: str) -> None:
    (fault,) = faults(migrated_url, smtp_url=url)
    assert fault.startswith("SMTP_URL: must look like smtps://")
    assert "hunter2" not in fault
