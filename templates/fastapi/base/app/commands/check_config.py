"""`check-config`: reports every invalid setting at once."""

import argparse

from app.commands import Commands, add_command
from app.settings import load_settings


def add_to(commands: Commands) -> None:
    add_command(commands, "check-config", "Validate the settings, and list every error.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    for warning in settings.warnings():
        print(f"warning: {warning}")
    print(f"The environment is valid for {settings.environment}.")
    return 0
