"""How the text of a variable becomes a value."""

import base64
import ipaddress
import os

import pytest

from app.settings import Settings, SettingsError, load_settings
from app.settings.types import Rate
from tests.support.environment import ENVIRONMENT


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, migrated_url: str) -> None:
    for name, value in {**ENVIRONMENT, "DATABASE_URL": migrated_url}.items():
        monkeypatch.setenv(name, value)


def _load(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> Settings:
    monkeypatch.setenv(name, value)
    return load_settings()


@pytest.mark.parametrize(
    ("name", "value", "parsed"),
    [
        ("CORS_ORIGINS", "", ()),
        ("CORS_ORIGINS", "https://a.example", ("https://a.example",)),
        (
            "CORS_ORIGINS",
            " https://a.example , ,https://b.example:8443, ",
            ("https://a.example", "https://b.example:8443"),
        ),
        ("CORS_ORIGINS", "HTTPS://A.Example/", ("https://a.example",)),
        (
            "CORS_ORIGINS",
            "https://a.example:443,http://[::1]:80",
            ("https://a.example", "http://[::1]"),
        ),
        ("CORS_ORIGINS", "https://B\u00fccher.example", ("https://xn--bcher-kva.example",)),
        ("CORS_ORIGINS", "Capacitor://localhost/", ("capacitor://localhost",)),
        ("CORS_ORIGINS", "tauri://localhost", ("tauri://localhost",)),
        ("ROOT_PATH", "", ""),
        ("ROOT_PATH", "/", ""),
        ("ROOT_PATH", "/orders/", "/orders"),
        ("ROOT_PATH", "/shop/orders-v2", "/shop/orders-v2"),
        ("ALLOWED_HOSTS", "A.example, *.b.example,[::1]", ("a.example", "*.b.example", "[::1]")),
        ("TRUSTED_PROXIES", "", ()),
        ("TRUSTED_PROXIES", "10.0.0.1", (ipaddress.ip_network("10.0.0.1/32"),)),
        (
            "TRUSTED_PROXIES",
            "10.1.2.3/8, 2001:db8::/32",
            (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32")),
        ),
        ("RATE_LIMIT_DEFAULT", "5/second", Rate(5, 1)),
        ("RATE_LIMIT_DEFAULT", " 5/minute ", Rate(5, 60)),
        ("RATE_LIMIT_DEFAULT", "100/hour", Rate(100, 3_600)),
        ("RATE_LIMIT_DEFAULT", "1000000/day", Rate(1_000_000, 86_400)),
        ("RATE_LIMIT_ENABLED", "off", False),
        ("DEBUG", "TRUE", True),
        ("PORT", "65535", 65_535),
        ("LOG_LEVEL", "debug", "debug"),
        ("LOG_LEVEL", "INFO", "info"),
        ("LOG_FORMAT", " Json ", "json"),
        ("ENVIRONMENT", "Test", "test"),
        ("ALLOWED_HOSTS", "my_api,My_Api.internal", ("my_api", "my_api.internal")),
        ("APP_NAME", " Orders ", "Orders"),
    ],
)
def test_it_is_read(monkeypatch: pytest.MonkeyPatch, name: str, value: str, parsed: object) -> None:
    assert getattr(_load(monkeypatch, name, value), name.lower()) == parsed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", "app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com/path"),
        ("CORS_ORIGINS", "https://app.example.com?x=1"),
        ("CORS_ORIGINS", "https://user:password@app.example.com"),
        ("CORS_ORIGINS", "ftp://app.example.com"),
        ("CORS_ORIGINS", "file://localhost"),
        ("CORS_ORIGINS", "javascript://app.example.com"),
        ("CORS_ORIGINS", "https:app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com:99999"),
        ("CORS_ORIGINS", "capacitor://"),
        ("CORS_ORIGINS", "capacitor://localhost/index.html"),
        ("CORS_ORIGINS", "https://app.example.com\\@evil.example"),
        ("ROOT_PATH", "orders"),
        ("ROOT_PATH", "//orders"),
        ("ROOT_PATH", "/orders//v2"),
        ("ROOT_PATH", "/orders/../admin"),
        ("ROOT_PATH", "/orders?x=1"),
        ("ROOT_PATH", "/or ders"),
        ("ROOT_PATH", "https://example.com/orders"),
        ("KEEP_ALIVE_SECONDS", "0"),
        ("SHUTDOWN_DELAY_SECONDS", "-1"),
        ("CORS_ORIGINS", "https://"),
        ("CORS_ORIGINS", "https://[::1"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://app.example.com https://b.example"),
        ("ALLOWED_HOSTS", "https://api.example.com"),
        ("ALLOWED_HOSTS", "api.example.com:8000"),
        ("ALLOWED_HOSTS", "api.*.com"),
        ("ALLOWED_HOSTS", "a b"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "*"),
        ("RATE_LIMIT_DEFAULT", ""),
        ("RATE_LIMIT_DEFAULT", "5"),
        ("RATE_LIMIT_DEFAULT", "0/minute"),
        ("RATE_LIMIT_DEFAULT", "-1/minute"),
        ("RATE_LIMIT_DEFAULT", "5/fortnight"),
        ("RATE_LIMIT_DEFAULT", "5 per minute"),
        ("RATE_LIMIT_DEFAULT", "5/minute;10/hour"),
        ("RATE_LIMIT_DEFAULT", "99999999/day"),
        ("RATE_LIMIT_ENABLED", "perhaps"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("MAX_BODY_BYTES", "1"),
        ("REQUEST_TIMEOUT_SECONDS", "0"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("ENVIRONMENT", "live"),
        ("SECRET_KEY", ""),
        ("APP_NAME", ""),
        ("HOST", " "),
    ],
)
def test_what_means_nothing_is_refused_everywhere(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        _load(monkeypatch, name, value)
    assert [fault.partition(":")[0] for fault in raised.value.faults] == [name]


def test_keys_are_read_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    materials = [os.urandom(32), os.urandom(32)]
    text = ", ".join(base64.b64encode(material).decode() for material in materials)
    keys = _load(monkeypatch, "FIELD_ENCRYPTION_KEYS", text).field_encryption_keys
    assert [key.material for key in keys] == materials


def test_fallbacks_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(monkeypatch, "SECRET_KEY_FALLBACKS", "one, two")
    assert [key.get_secret_value() for key in settings.secret_key_fallbacks] == ["one", "two"]
