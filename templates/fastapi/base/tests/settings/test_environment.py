"""Where settings come from, and how their faults are told."""

import traceback
from pathlib import Path
from typing import Final

import pytest
from pydantic import ValidationError

from app.settings import Settings, SettingsError, load_settings
from tests.support.environment import ENVIRONMENT

SECRET: Final = "c7Hq1ZtXv0LkR9sEwYb3JmUaPf5NdGo8"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, migrated_url: str) -> None:
    """Set an environment that is valid everywhere but in production."""
    for name, value in {**ENVIRONMENT, "DATABASE_URL": migrated_url}.items():
        monkeypatch.setenv(name, value)


def _faults() -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings()
    return raised.value.faults


def test_they_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("app_name", "In Lower Case")
    settings = load_settings()
    assert (settings.port, settings.app_name) == (8123, "In Lower Case")


def test_the_environment_wins_over_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nHOST=192.0.2.1\n")
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / ".env"))
    monkeypatch.setenv("PORT", "8002")
    settings = load_settings()
    assert (settings.port, settings.host) == (8002, "192.0.2.1")


@pytest.mark.parametrize("deployed", ["staging", "production", "Production"])
def test_a_deployment_does_not_read_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, deployed: str
) -> None:
    (tmp_path / ".env").write_text("PORT=x\nCORS_ORIGIN=x\n")
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / ".env"))
    monkeypatch.setenv("HOST", "")
    assert {fault.partition(":")[0] for fault in _faults()} == {"HOST", "PORT"}
    monkeypatch.setenv("environment", deployed)
    monkeypatch.delenv("ENVIRONMENT")
    faulty = {fault.partition(":")[0] for fault in _faults()}
    assert "HOST" in faulty
    assert "PORT" not in faulty
    monkeypatch.delenv("HOST")
    monkeypatch.setenv("ENVIRONMENT", "staging")
    settings = load_settings()
    assert settings.port == 8000
    assert not [warning for warning in settings.warnings() if "CORS_ORIGIN is" in warning]


def test_a_deployment_is_warned_about_placeholders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "localhost,api.example.com")
    assert list(load_settings().warnings()) == []
    monkeypatch.setenv("ENVIRONMENT", "staging")
    monkeypatch.setenv("SECRET_KEY", "from https://vault.example.com/secrets")
    warnings = set(load_settings().warnings())
    for name in ("ALLOWED_HOSTS", "CORS_ORIGINS", "SECRET_KEY"):
        assert f"{name} holds a name that is reserved for examples" in warnings


def test_they_cannot_be_changed() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_the_default_environment_is_production(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*ENVIRONMENT, "DATABASE_URL"):
        monkeypatch.delenv(name)
    names = {fault.partition(":")[0] for fault in _faults()}
    required = {"SECRET_KEY", "DATABASE_URL", "CORS_ORIGINS", "ALLOWED_HOSTS"}
    assert names >= required | {"FIELD_ENCRYPTION_KEYS"}


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"PORT": "0", "LOG_LEVEL": "loud", "RATE_LIMIT_DEFAULT": "often", "SECRET_KEY": ""}
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS_FILE", "/nowhere/keys")
    monkeypatch.delenv("FIELD_ENCRYPTION_KEYS")
    faults = dict(fault.split(": ", 1) for fault in _faults())
    assert set(faults) == {*wrong, "FIELD_ENCRYPTION_KEYS"}
    assert faults["FIELD_ENCRYPTION_KEYS"].startswith("the file of FIELD_ENCRYPTION_KEYS_FILE")


def test_errors_do_not_contain_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "FIELD_ENCRYPTION_KEYS", "PORT", "LOG_LEVEL"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_no_secret_shows_in_what_is_printed() -> None:
    settings = load_settings()
    text = f"{settings!r} {settings}"
    assert ENVIRONMENT["SECRET_KEY"] not in text
    assert ENVIRONMENT["FIELD_ENCRYPTION_KEYS"] not in text
    assert "material" not in text
    assert settings.database_url.get_secret_value() not in text


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"  {SECRET}\n")
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert load_settings().secret_key.get_secret_value() == SECRET


def test_every_secret_may_come_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_url: str
) -> None:
    values = {
        "SECRET_KEY_FALLBACKS": SECRET,
        "FIELD_ENCRYPTION_KEYS": ENVIRONMENT["FIELD_ENCRYPTION_KEYS"],
        "DATABASE_URL": migrated_url,
        "MIGRATION_DATABASE_URL": migrated_url,
    }
    for name, value in values.items():
        (tmp_path / name).write_text(value)
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = load_settings()
    assert settings.secret_key_fallbacks[0].get_secret_value() == SECRET
    assert settings.database_url.get_secret_value() == migrated_url
    assert settings.migration_database_url is not None
    assert settings.migration_database_url.get_secret_value() == migrated_url
    assert list(settings.warnings()) == []


def test_a_file_wins_over_the_env_file_and_not_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / ".env").write_text("SECRET_KEY=from-the-env-file\n")
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / ".env"))
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert load_settings().secret_key.get_secret_value() == ENVIRONMENT["SECRET_KEY"]
    monkeypatch.delenv("SECRET_KEY")
    assert load_settings().secret_key.get_secret_value() == SECRET


def test_a_file_that_cannot_be_read_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").write_text("\n")
    monkeypatch.delenv("SECRET_KEY")
    for path in (tmp_path, tmp_path / "absent", tmp_path / "binary", tmp_path / "empty"):
        monkeypatch.setenv("SECRET_KEY_FILE", str(path))
        [fault] = _faults()
        assert fault.startswith("SECRET_KEY: ")


def test_a_file_of_an_optional_secret_that_cannot_be_read_is_a_fault_as_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS_FILE", str(tmp_path / "absent"))
    [fault] = _faults()
    assert fault == "SECRET_KEY_FALLBACKS: the file of SECRET_KEY_FALLBACKS_FILE cannot be read"


def test_what_is_no_secret_is_not_read_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "port").write_text("8123")
    monkeypatch.setenv("PORT_FILE", str(tmp_path / "port"))
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("RATE_LIMIT_DEFUALT", "RATE_LIMIT_DEFAULT"),
        ("SECRET_KEYS", "SECRET_KEY"),
        ("SECRET_KEY_FIEL", "SECRET_KEY_FILE"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("CORS_ORIGIN", "CORS_ORIGINS"),
        ("cors_allow_origins", "CORS_ORIGINS"),
        ("ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("LOG_LEVLE", "LOG_LEVEL"),
        ("MAX_BODY_SIZE", "MAX_BODY_BYTES"),
        ("DOCS_ENABLED_FILE", "DOCS_ENABLED"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest_one(
    monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, "hunter2")
    [warning] = load_settings().warnings()
    assert warning == f"{name.upper()} is not a setting; did you mean {nearest}?"


def test_variables_of_others_are_no_business_of_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PATH_INFO", "LANG", "KUBERNETES_PORT", "HOSTNAME", "SECRETS", "PORTS"):
        monkeypatch.setenv(name, "x")
    assert list(load_settings().warnings()) == []


def test_limits_that_are_off_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_ENABLED", "false")
    [warning] = load_settings().warnings()
    assert warning.startswith("RATE_LIMIT_ENABLED is off")
