"""Where traces go, what lets the service in there, and how many are kept."""

import pytest

from app.settings import SettingsError, load_settings
from app.settings.otlp_headers import headers_of
from tests.support.environment import ENVIRONMENT
from tests.support.service import settings_for


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("http://localhost:4318", "http://localhost:4318"),
        ("https://collector.example.com/otlp/", "https://collector.example.com/otlp"),
        ("http://[::1]:4318/", "http://[::1]:4318"),
    ],
)
def test_an_endpoint_is_taken(migrated_url: str, given: str, kept: str) -> None:
    settings = settings_for(migrated_url, otel_exporter_otlp_endpoint=given)
    assert settings.otel_exporter_otlp_endpoint == kept


@pytest.mark.parametrize(
    "endpoint",
    [
        "hunter2",
        "localhost:4318",
        "grpc://collector.example.com:4317",
        "https://",
        "https://:4318",
        "https://hunter2:hunter2@collector.example.com",
        "https://collector.example.com?token=hunter2",
        "https://collector.example.com#hunter2",
        "https://collector.example.com:port",
        "https://collector.example.com:0",
        "https://[::1",
    ],
)
def test_any_other_endpoint_is_refused_without_its_value(migrated_url: str, endpoint: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_for(migrated_url, otel_exporter_otlp_endpoint=endpoint)
    assert raised.value.faults == [
        "OTEL_EXPORTER_OTLP_ENDPOINT: must look like https://collector.example.com:4318, "
        "without credentials"
    ]


def _faults(endpoint: str, **settings: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings(
            environment="production",
            secret_key="",
            database_url="",
            otel_exporter_otlp_endpoint=endpoint,
            **settings,
        )
    return [fault for fault in raised.value.faults if fault.startswith("OTEL_")]


def test_production_reaches_another_machine_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    [fault] = _faults("http://collector.example.com:4318")
    assert "without TLS" in fault
    assert _faults("https://collector.example.com:4318") == []
    assert _faults("http://127.0.0.1:4318") == []
    assert _faults("http://collector.example.com", allow_plaintext_backends="true") == []


def test_headers_are_read_and_never_shown(migrated_url: str) -> None:
    settings = settings_for(
        migrated_url, otel_exporter_otlp_headers="Authorization=Bearer%20hunter2%3D%3D, x-team=a,"
    )
    headers = headers_of(settings.otel_exporter_otlp_headers)
    assert headers == {"authorization": "Bearer hunter2==", "x-team": "a"}
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    "headers", ["hunter2", "=hunter2", "x-key=", "x key=hunter2", "x=a%0d%0ahunter2: b", "x=%C3%A9"]
)
def test_what_is_no_header_is_refused(migrated_url: str, headers: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_for(migrated_url, otel_exporter_otlp_headers=headers)
    assert raised.value.faults == [
        "OTEL_EXPORTER_OTLP_HEADERS: must look like name=value,name=value, in percent-encoding"
    ]


@pytest.mark.parametrize("share", ["-0.1", "1.1", "nan", "inf", "all"])
def test_a_share_is_between_nothing_and_all(migrated_url: str, share: str) -> None:
    with pytest.raises(SettingsError, match="OTEL_TRACES_SAMPLER_ARG"):
        settings_for(migrated_url, otel_traces_sampler_arg=share)
    assert settings_for(migrated_url).otel_traces_sampler_arg == 1
