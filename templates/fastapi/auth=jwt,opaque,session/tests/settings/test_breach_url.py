"""PASSWORD_BREACH_URL: none by default, and HTTPS in production."""

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
    return [fault for fault in error.value.faults if fault.startswith("PASSWORD_BREACH_URL")]


def test_no_service_is_asked_by_default(migrated_url: str) -> None:
    assert load(migrated_url).password_breach_url == ""


@pytest.mark.parametrize("url", ["https://api.pwnedpasswords.com/range/", "http://127.0.0.1:8080"])
def test_a_service_is_a_url(migrated_url: str, url: str) -> None:
    assert load(migrated_url, password_breach_url=url).password_breach_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "hunter2",
        "ftp://hunter2.example.com",
        "https://",
        "https://user:hunter2@example.com",
        "https://example.com/range?key=hunter2",
        "https://example.com:0/hunter2",
        "https://[hunter2",
    ],
)
def test_another_text_is_a_fault_that_does_not_repeat_it(migrated_url: str, url: str) -> None:
    (fault,) = faults(migrated_url, password_breach_url=url)
    assert "must look like https://" in fault
    assert "hunter2" not in fault


def test_production_contacts_the_service_over_https_only(migrated_url: str) -> None:
    url = "http://range.example.com"
    named = faults(migrated_url, environment="production", password_breach_url=url)
    assert named == ["PASSWORD_BREACH_URL: must be https://"]
