"""`REDIS_URL`: required, and of a form that cannot weaken the connection."""

from pathlib import Path

import pytest

from app.settings import SettingsError, load_settings
from tests.support.environment import ENVIRONMENT
from tests.support.service import settings_for


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://localhost:6379/0",
        "rediss://user:p%40ss@redis.example.com:6380/15",
        "redis://:secret@[::1]:6379",
    ],
)
def test_a_server_is_taken(migrated_url: str, url: str) -> None:
    settings = settings_for(migrated_url, redis_url=url)
    assert settings.redis_url.get_secret_value() == url
    assert url not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://localhost:6379",
        "redis://",
        "redis://localhost:port",
        "redis://localhost:0",
        "redis://[::1",
        "redis://localhost/name",
        "redis://localhost/0#1",
        "rediss://redis.example.com?ssl_cert_reqs=none",
        "unix:///run/redis.sock",
    ],
)
def test_anything_else_is_refused(migrated_url: str, url: str) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL: must look like rediss://"):
        settings_for(migrated_url, redis_url=url)


def _faults(url: str, **settings: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        # The database of the tests may be one that production refuses.
        settings_for("nonsense", environment="production", redis_url=url, **settings)
    return [fault for fault in raised.value.faults if fault.startswith("REDIS_URL")]


def test_production_refuses_another_machine_without_tls() -> None:
    [fault] = _faults("redis://:c7Hq1ZtXv0LkR9sE@redis.example.com")
    assert "allows connections without TLS" in fault
    assert _faults("redis://cache_1:6379") == [fault]
    assert _faults("rediss://:c7Hq1ZtXv0LkR9sE@redis.example.com") == []
    assert _faults("redis://localhost") == []
    assert _faults("redis://cache_1:6379", allow_plaintext_backends="true") == []


@pytest.mark.parametrize("password", ["foobared", "Redis", "password1"])
def test_production_refuses_a_wellknown_password(password: str) -> None:
    assert _faults(f"rediss://:{password}@h") == ["REDIS_URL: has a well-known password"]


@pytest.mark.parametrize("environment", ["development", "staging", "production"])
def test_no_environment_does_without(
    monkeypatch: pytest.MonkeyPatch, migrated_url: str, environment: str
) -> None:
    for name, value in {**ENVIRONMENT, "DATABASE_URL": migrated_url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ENVIRONMENT", environment)
    monkeypatch.delenv("REDIS_URL")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "REDIS_URL" in {fault.partition(":")[0] for fault in raised.value.faults}


def test_it_may_come_from_a_file(
    monkeypatch: pytest.MonkeyPatch, migrated_url: str, tmp_path: Path
) -> None:
    for name, value in {**ENVIRONMENT, "DATABASE_URL": migrated_url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("REDIS_URL")
    (tmp_path / "redis_url").write_text("rediss://:secret@redis.example.com\n")
    monkeypatch.setenv("REDIS_URL_FILE", str(tmp_path / "redis_url"))
    assert load_settings().redis_url.get_secret_value() == "rediss://:secret@redis.example.com"
