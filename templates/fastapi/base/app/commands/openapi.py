"""`openapi`: prints the OpenAPI document."""

import argparse
import json

from app.commands import Commands, add_command
from app.main import create_app
from app.settings import Settings, SettingsError, load_settings


def add_to(commands: Commands) -> None:
    add_command(commands, "openapi", "Print the OpenAPI document as JSON.", run)


def run(_arguments: argparse.Namespace) -> int:
    print(json.dumps(create_app(_settings()).openapi(), indent=2))
    return 0


def _settings() -> Settings:
    """Return defaults if the environment is incomplete, since the document does not depend on it.

    A pipeline that generates clients has neither secrets nor a database.
    """
    try:
        return load_settings()
    except SettingsError:
        return Settings.model_construct()
