"""`OTEL_EXPORTER_OTLP_ENDPOINT`: where the collector of traces is."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from app.settings.backends import OverTls
from app.settings.loopback import is_loopback


def _check(url: str) -> str:
    if url and not _is_endpoint(url):
        raise ValueError("must look like https://collector.example.com:4318, without credentials")
    return url.rstrip("/")


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_server = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_server and not (parts.query or parts.fragment or "@" in parts.netloc)


def _is_plain(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


OtlpEndpoint = Annotated[str, AfterValidator(_check), OverTls(_is_plain)]
