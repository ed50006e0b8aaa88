"""`SENTRY_DSN`: where reports go, or nowhere."""

import pytest

from app.settings import SettingsError, load_settings
from tests.support.environment import ENVIRONMENT
from tests.support.service import settings_for

KEY = "hunter2key"


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        f"https://{KEY}@sentry.example.com/1",
        f"https://{KEY}@o1.ingest.sentry.example.com:8443/sentry/12",
        f"http://{KEY}@[::1]:9000/1",
    ],
)
def test_a_dsn_is_taken_and_never_shown(migrated_url: str, dsn: str) -> None:
    settings = settings_for(migrated_url, sentry_dsn=dsn)
    assert settings.sentry_dsn.get_secret_value() == dsn
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    "dsn",
    [
        KEY,
        f"{KEY}@sentry.example.com/1",
        f"ftp://{KEY}@sentry.example.com/1",
        f"https://sentry.example.com/{KEY}",
        "https://sentry.example.com/1",
        f"https://{KEY}@/1",
        f"https://{KEY}@sentry.example.com",
        f"https://{KEY}@sentry.example.com/",
        f"https://{KEY}@sentry.example.com/project",
        f"https://{KEY}@sentry.example.com/¹",
        f"https://{KEY}@sentry.example.com:port/1",
        f"https://{KEY}@sentry.example.com:65536/1",
        f"https://{KEY}@[::1/1",
    ],
)
def test_anything_else_is_refused_by_name_and_without_its_value(
    migrated_url: str, dsn: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_for(migrated_url, sentry_dsn=dsn)
    assert raised.value.faults == [
        "SENTRY_DSN: must be a DSN such as https://key@sentry.example.com/1"
    ]


def _faults(dsn: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings(environment="production", sentry_dsn=dsn, secret_key="", database_url="")
    return [fault for fault in raised.value.faults if fault.startswith("SENTRY_DSN")]


def test_production_refuses_to_report_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert _faults(f"http://{KEY}@sentry.example.com/1") == ["SENTRY_DSN: must begin with https://"]
    assert _faults(f"https://{KEY}@sentry.example.com/1") == []
