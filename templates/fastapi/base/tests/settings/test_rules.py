"""What production refuses, one by one and all at once."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

import pytest

from app.__main__ import main
from app.settings import SettingsError, load_settings
from tests.support import auth
from tests.support.environment import ENVIRONMENT

PRODUCTION: Final = {
    **ENVIRONMENT,
    "ENVIRONMENT": "production",
    "CORS_ORIGINS": "https://app.example.com",
    "ALLOWED_HOSTS": "api.example.com",
    **auth.PRODUCTION,
}
# The same in each run: it is in the names of tests.
_RANDOM: Final = hashlib.sha256(b"a key of the tests").digest()
ZEROS: Final = base64.b64encode(bytes(32)).decode()
COUNTED: Final = base64.b64encode(bytes(range(32))).decode()
SHORT: Final = base64.b64encode(_RANDOM[:16]).decode()
GOOD: Final = base64.b64encode(_RANDOM).decode()

# Name, value, and what the fault says. None stands for a variable that is not there.
REFUSED: Final[list[tuple[str, str | None, str]]] = [
    ("SECRET_KEY", None, "is required"),
    ("SECRET_KEY", "", "must not be empty"),
    ("SECRET_KEY", "h7Gq2ZtXv0", "is shorter than 32 bytes"),
    ("SECRET_KEY", "c7Hq1ZtXv0LkR9sEwYb3JmUaPf5NdGo", "is shorter than 32 bytes"),
    ("SECRET_KEY", "change-me-c7Hq1ZtXv0LkR9sEwYb3JmUaPf5NdGo8", "is a placeholder"),
    ("SECRET_KEY", "your-secret-goes-here-c7Hq1ZtXv0LkR9sEwYb3", "is a placeholder"),
    ("SECRET_KEY", "ThisIsAnEXAMPLEc7Hq1ZtXv0LkR9sEwYb3JmUaPf5", "is a placeholder"),
    ("SECRET_KEY", "a" * 64, "is too predictable"),
    ("SECRET_KEY", "ab" * 32, "is too predictable"),
    ("SECRET_KEY", "0123" * 12, "is too predictable"),
    ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyz0123456789", "is too predictable"),
    ("SECRET_KEY", "c7Hq1ZtXv0Lk" * 4, "is too predictable"),
    ("SECRET_KEY_FALLBACKS", "short", "is shorter than 32 bytes"),
    ("SECRET_KEY_FALLBACKS", "c7Hq1ZtXv0LkR9sEwYb3JmUaPf5NdGo8," + "a" * 40, "is too predictable"),
    ("FIELD_ENCRYPTION_KEYS", None, "is required"),
    ("FIELD_ENCRYPTION_KEYS", "", "must hold at least one key"),
    ("FIELD_ENCRYPTION_KEYS", "not base64!", "must be base64"),
    ("FIELD_ENCRYPTION_KEYS", SHORT, "must be base64 of 32 bytes each"),
    ("FIELD_ENCRYPTION_KEYS", f"{GOOD},{SHORT}", "must be base64 of 32 bytes each"),
    ("FIELD_ENCRYPTION_KEYS", ZEROS, "is too predictable"),
    ("FIELD_ENCRYPTION_KEYS", f"{GOOD},{ZEROS}", "is too predictable"),
    ("FIELD_ENCRYPTION_KEYS", COUNTED, "is too predictable"),
    ("CORS_ORIGINS", None, "is required in production"),
    ("CORS_ORIGINS", "*", "must name each origin"),
    ("CORS_ORIGINS", "https://app.example.com,*", "must name each origin"),
    ("CORS_ORIGINS", "null", "must not hold null"),
    ("CORS_ORIGINS", "https://app.example.com, null", "must not hold null"),
    ("CORS_ORIGINS", "http://app.example.com", "must hold https:// origins only"),
    ("CORS_ORIGINS", "https://app.example.com,HTTP://x.example", "must hold https:// origins only"),
    ("ALLOWED_HOSTS", None, "is required in production"),
    ("ALLOWED_HOSTS", "", "must name the hosts"),
    ("ALLOWED_HOSTS", " , ", "must name the hosts"),
    ("ALLOWED_HOSTS", "*", "must name each host"),
    ("ALLOWED_HOSTS", "api.example.com,*", "must name each host"),
    ("ALLOWED_HOSTS", "*.com", "must not contain a wildcard"),
    ("ALLOWED_HOSTS", "api.example.com,*.co.uk", "must not contain a wildcard"),
    ("ALLOWED_HOSTS", "*.Herokuapp.com", "must not contain a wildcard"),
    ("TRUSTED_PROXIES", "0.0.0.0/0", "must name the proxies"),
    ("TRUSTED_PROXIES", "10.0.0.1,128.0.0.0/1", "must name the proxies"),
    ("TRUSTED_PROXIES", "::/0", "must name the proxies"),
    ("TRUSTED_PROXIES", "2000::/3", "must name the proxies"),
    ("RATE_LIMIT_DEFAULT", "10001/minute", "must be at most 10000/minute"),
    ("RATE_LIMIT_DEFAULT", "167/second", "must be at most 10000/minute"),
    ("RATE_LIMIT_DEFAULT", "9999999/second", "must be at most 10000/minute"),
    ("APP_NAME", " ", "must not be empty"),
    ("DOCS_ENABLED", "true", "must be off in production"),
    ("DEBUG", "1", "must be off in production"),
    ("DATABASE_URL", None, "is required"),
    ("DATABASE_URL", "", "must look like"),
]
# The same is allowed in development.
HARMLESS_ELSEWHERE: Final = {
    "is shorter than 32 bytes",
    "is a placeholder",
    "is too predictable",
    "must name each origin",
    "must not hold null",
    "must hold https:// origins only",
    "must name each host",
    "must name the hosts",
    "must not contain a wildcard",
    "must name the proxies",
    "must be at most 10000/minute",
    "is required in production",
    "must be off in production",
}


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch, migrated_url: str) -> None:
    for name, value in {**PRODUCTION, "DATABASE_URL": migrated_url}.items():
        monkeypatch.setenv(name, value)


def _set(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)


def _faults() -> dict[str, str]:
    """Return the fault of each variable."""
    try:
        load_settings()
    except SettingsError as error:
        return dict(fault.split(": ", 1) for fault in error.faults)
    return {}


def _without_database(faults: dict[str, str]) -> dict[str, str]:
    """Leave out the database of the tests, which production refuses for reasons of its own."""
    return {name: fault for name, fault in faults.items() if name != "DATABASE_URL"}


def test_production_takes_what_is_safe() -> None:
    assert _without_database(_faults()) == {}


@pytest.mark.parametrize(("name", "value", "fault"), REFUSED)
def test_production_refuses(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, fault: str
) -> None:
    _set(monkeypatch, name, value)
    faults = _faults()
    assert faults.get(name, "").startswith(fault)
    assert set(_without_database(faults)) <= {name}


@pytest.mark.parametrize("environment", ["development", "test", "staging"])
def test_elsewhere_only_what_cannot_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    for name, value, fault in REFUSED:
        with monkeypatch.context() as patch:
            patch.setenv("ENVIRONMENT", environment)
            _set(patch, name, value)
            assert bool(_faults()) == (fault not in HARMLESS_ELSEWHERE), (name, value)


def test_production_names_everything_that_is_wrong_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {
        "SECRET_KEY": "short",
        "SECRET_KEY_FALLBACKS": "short",
        "FIELD_ENCRYPTION_KEYS": ZEROS,
        "CORS_ORIGINS": "*",
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": "nonsense",
        "DOCS_ENABLED": "true",
        "DEBUG": "true",
        "PORT": "x",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    assert set(_faults()) == set(wrong)


def test_an_empty_environment_is_told_at_once_all_that_production_requires(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], migrated_url: str
) -> None:
    given = {**PRODUCTION, "DATABASE_URL": migrated_url}
    for name in given:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ENVIRONMENT", "production")
    assert main(["check-config"]) == 1
    required = set(re.findall(r"^  (\w+): ", capsys.readouterr().err, re.MULTILINE))
    for name in required:
        monkeypatch.setenv(name, given[name])
    # Nothing else is asked for once these are given.
    assert _without_database(_faults()) == {}
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    assert required <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_a_misspelt_environment_is_not_a_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("prod", "live", ""):
        monkeypatch.setenv("ENVIRONMENT", value)
        assert "ENVIRONMENT" in _faults()


@pytest.mark.parametrize("value", ["Production", "PRODUCTION", " production "])
def test_production_is_production_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", value)
    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.delenv("CORS_ORIGINS")
    assert _faults().keys() >= {"DEBUG", "CORS_ORIGINS"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "*.example.com"),
        ("ALLOWED_HOSTS", "*.api.example.co.uk"),
        ("ALLOWED_HOSTS", "*.my-app.herokuapp.com"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,fc00::/7,2001:db8::/32"),
        ("RATE_LIMIT_DEFAULT", "10000/minute"),
    ],
)
def test_what_is_narrow_enough_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert _without_database(_faults()) == {}
