"""`openapi`: prints the OpenAPI document."""

import argparse
import json

from app.commands import Commands, add_command
from app.main import create_app


def add_to(commands: Commands) -> None:
    add_command(commands, "openapi", "Print the OpenAPI document as JSON.", run)


def run(_arguments: argparse.Namespace) -> int:
    print(json.dumps(create_app().openapi(), indent=2))
    return 0
