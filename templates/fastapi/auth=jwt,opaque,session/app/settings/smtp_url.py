"""`SMTP_URL`: the mail server; empty if none is needed."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, ValidationInfo

from app.settings.rules import Confidential


def _check_url(url: SecretStr, info: ValidationInfo) -> SecretStr:
    if not url.get_secret_value():
        if info.data.get("mail_backend") == "smtp":
            raise ValueError("is required with MAIL_BACKEND=smtp")
        return url
    try:
        parts = urlsplit(url.get_secret_value())
        usable = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must look like smtps://user:password@mail.example.com:465")
    return url


SmtpUrl = Annotated[SecretStr, AfterValidator(_check_url), Confidential()]
