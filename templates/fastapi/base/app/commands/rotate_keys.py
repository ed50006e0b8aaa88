"""`rotate-keys`: prints new secrets, followed by the current ones as fallbacks."""

import argparse
import base64
import secrets
import sys
from typing import Final

from pydantic_settings import SettingsConfigDict

from app.commands import Commands, add_command
from app.settings.environment import Environment
from app.settings.types import ENCRYPTION_KEY_BYTES, EncryptionKeys, Secret, Secrets, weakness

_SECRET_BYTES: Final = 36
_UNFIT: Final = (
    "SECRET_KEY has a comma, or a space at an end: SECRET_KEY_FALLBACKS cannot hold it, and what "
    "it signed is valid no more."
)


class _PresentSecrets(Environment):
    """Only the secrets: another invalid setting must not hide keys that encrypt data."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    secret_key: Secret | None = None
    secret_key_fallbacks: Secrets = ()
    field_encryption_keys: EncryptionKeys | None = None


def add_to(commands: Commands) -> None:
    add_command(
        commands,
        "rotate-keys",
        "Print new secrets as lines for .env; the current ones stay valid for existing data.",
        run,
    )


def run(_arguments: argparse.Namespace) -> int:
    present = _PresentSecrets()
    fresh_key = base64.b64encode(secrets.token_bytes(ENCRYPTION_KEY_BYTES)).decode()
    in_use = _signing_secrets(present)
    signing = [key for key in in_use if _fits_a_list(key)]
    if len(signing) < len(in_use):
        print(_UNFIT, file=sys.stderr)
    print(f"SECRET_KEY={secrets.token_urlsafe(_SECRET_BYTES)}")
    print(f"SECRET_KEY_FALLBACKS={','.join(signing)}")
    print(f"FIELD_ENCRYPTION_KEYS={','.join([fresh_key, *_encryption_keys(present)])}")
    return 0


def _signing_secrets(present: _PresentSecrets) -> list[str]:
    """List the secrets that stay valid as fallbacks, without those that can be guessed."""
    in_use = (present.secret_key, *present.secret_key_fallbacks)
    return [key.get_secret_value() for key in in_use if key is not None and not weakness(key)]


def _fits_a_list(key: str) -> bool:
    """Return whether a list of secrets can hold one: it would be read as other secrets."""
    return "," not in key and key == key.strip()


def _encryption_keys(present: _PresentSecrets) -> list[str]:
    keys = present.field_encryption_keys or ()
    return [base64.b64encode(key.material).decode() for key in keys]
