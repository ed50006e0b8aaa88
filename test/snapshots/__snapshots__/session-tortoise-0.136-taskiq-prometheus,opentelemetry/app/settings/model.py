"""Every setting of the service. README.md has the same list."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from app.settings.breach_url import BreachUrl
from app.settings.database_url import DatabaseUrl
from app.settings.environment import Environment
from app.settings.mailbox import Mailbox
from app.settings.otlp_endpoint import OtlpEndpoint
from app.settings.otlp_headers import OtlpHeaders
from app.settings.ratio import Ratio
from app.settings.redis_url import RedisUrl
from app.settings.rules import AnyCase, Discouraged, OffInProduction, RequiredInProduction
from app.settings.smtp_url import SmtpUrl
from app.settings.types import (
    Contacts,
    EncryptionKeys,
    Hosts,
    HttpsUrls,
    Languages,
    Networks,
    Origins,
    RateLimit,
    RootPath,
    Secret,
    Secrets,
    Text,
)


class Settings(Environment):
    """One field per environment variable, whose name is the field's in upper case."""

    # Service
    environment: Annotated[Literal["development", "test", "staging", "production"], AnyCase] = (
        "production"
    )
    app_name: Text = "my-api"
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    root_path: RootPath = ""
    keep_alive_seconds: Annotated[int, Field(ge=1, le=3600)] = 75
    shutdown_delay_seconds: Annotated[int, Field(ge=0, le=300)] = 0
    debug: Annotated[bool, OffInProduction] = False
    docs_enabled: Annotated[bool, OffInProduction] = False
    log_level: Annotated[Literal["debug", "info", "warning", "error"], AnyCase] = "info"
    log_format: Annotated[Literal["json", "console"], AnyCase] = "json"
    log_client_address: Annotated[Literal["full", "truncated", "off"], AnyCase] = "full"
    audit_retention_days: Annotated[int, Field(ge=1, le=36500)] = 400

    # Vulnerability reports
    security_contact: Contacts = Field(default="", validate_default=True)
    security_txt_urls: HttpsUrls = Field(default="", validate_default=True)
    security_languages: Languages = Field(default="en", validate_default=True)

    # Secrets
    secret_key: Secret
    secret_key_fallbacks: Secrets = Field(default="", validate_default=True)
    field_encryption_keys: EncryptionKeys

    # Network
    cors_origins: Annotated[Origins, RequiredInProduction] = Field(
        default="", validate_default=True
    )
    allowed_hosts: Annotated[Hosts, RequiredInProduction] = Field(
        default="localhost,127.0.0.1", validate_default=True
    )
    trusted_proxies: Networks = Field(default="", validate_default=True)
    max_header_bytes: Annotated[int, Field(ge=4096, le=1048576)] = 32768
    max_body_bytes: Annotated[int, Field(ge=1024, le=104857600)] = 1048576
    request_timeout_seconds: Annotated[int, Field(ge=1, le=600)] = 30

    # Rate limits
    rate_limit_enabled: bool = True
    rate_limit_default: RateLimit = Field(default="100/minute", validate_default=True)
    rate_limit_auth: RateLimit = Field(default="5/minute", validate_default=True)

    # Database
    database_pool_size: Annotated[int, Field(ge=1, le=1000)] = 10
    database_max_overflow: Annotated[int, Field(ge=0, le=1000)] = 10
    database_pool_timeout: Annotated[int, Field(ge=1, le=60)] = 5
    database_pool_recycle: Annotated[int, Field(ge=60, le=86400)] = 1800
    database_url: DatabaseUrl
    migration_database_url: DatabaseUrl | None = None
    allow_plaintext_backends: bool = False

    # Accounts
    reauth_max_age_seconds: Annotated[int, Field(ge=60, le=86400)] = 900
    require_email_verification: bool | None = None
    password_min_length: Annotated[int, Field(ge=8, le=64)] = 12
    password_require_uppercase: bool = False
    password_require_lowercase: bool = False
    password_require_digit: bool = False
    password_require_symbol: bool = False
    password_breach_url: BreachUrl = Field(default="", validate_default=True)

    # Mail
    mail_backend: Annotated[
        Literal["console", "file", "smtp"], AnyCase, Discouraged("console", "file")
    ] = "console"
    mail_dir: Path = Field(default="./mail", validate_default=True)
    mail_from: Mailbox = "no-reply@example.com"
    smtp_url: SmtpUrl = Field(default="", validate_default=True)

    # Sessions
    session_idle_seconds: Annotated[int, Field(ge=300, le=86400)] = 1800
    session_absolute_seconds: Annotated[int, Field(ge=300, le=2592000)] = 43200

    # Redis
    redis_url: RedisUrl
    redis_key_prefix: Text = "my-api"

    # Telemetry
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    metrics_host: Text = "127.0.0.1"
    otel_exporter_otlp_endpoint: OtlpEndpoint = Field(default="", validate_default=True)
    otel_exporter_otlp_headers: OtlpHeaders = Field(default="", validate_default=True)
    otel_traces_sampler_arg: Ratio = Field(default="1", validate_default=True)

    def warnings(self) -> Iterator[str]:
        """Return warnings about dangerous settings and likely mistakes."""
        yield from super().warnings()
        if not self.rate_limit_enabled:
            yield "RATE_LIMIT_ENABLED is off: nothing slows down attempts to guess credentials"
