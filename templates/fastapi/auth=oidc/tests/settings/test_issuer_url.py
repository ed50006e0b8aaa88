"""OIDC_ISSUER: whom the service trusts, and how it is reached."""

from typing import Any

import pytest

from app.settings import Settings, SettingsError
from tests.support.service import settings_for


def settings(database_url: str, issuer: str, **more: Any) -> Settings:
    return settings_for(database_url, oidc_issuer=issuer, **more)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://auth.example.com",
        "https://tenant.auth0.com/",
        "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/v2.0",
        "https://auth.example.com:8443/realms/main",
        "http://localhost:8080/realms/main",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:8080/realms/main",
    ],
)
def test_an_issuer_is_kept_as_it_is_given(issuer: str, migrated_url: str) -> None:
    assert settings(migrated_url, issuer).oidc_issuer == issuer


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "auth.example.com",
        "http://auth.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "ftp://localhost",
        "https://",
        "https://auth.example.com?realm=main",
        "https://auth.example.com#main",
        "https://user:hunter2@auth.example.com",
        "https://auth.example.com:0",
        "https://auth.example.com:nonsense",
        "https://[::1",
        "https://auth.example.com/" + "a" * 255,
    ],
)
def test_what_is_no_issuer_is_refused(issuer: str, migrated_url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(migrated_url, issuer)
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["OIDC_ISSUER"]
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("issuer", ["http://localhost:8080", "http://127.0.0.1:8080/realms/main"])
def test_production_refuses_plain_http_even_to_this_machine(issuer: str, migrated_url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(migrated_url, issuer, environment="production")
    assert "OIDC_ISSUER: must be https://" in refused.value.faults


def test_issuer_and_audience_have_to_be_given() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings(oidc_issuer="https://auth.example.com")
    assert any(fault.startswith("OIDC_AUDIENCE: ") for fault in refused.value.faults)
