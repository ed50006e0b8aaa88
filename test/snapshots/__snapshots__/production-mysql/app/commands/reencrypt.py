"""`reencrypt`: brings what earlier keys encrypted under the newest one."""

import argparse
import asyncio
import sys

from app.commands import Commands, add_command
from app.logging import configure_logging
from app.notes.reencryption import Reencrypted, reencrypt_notes
from app.resources import open_resources
from app.settings import Settings, load_settings


def add_to(commands: Commands) -> None:
    add_command(
        commands,
        "reencrypt",
        "Encrypt stored fields with the newest of FIELD_ENCRYPTION_KEYS; safe beside the service.",
        run,
    )


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    result = asyncio.run(_reencrypt(settings))
    print(f"{result.count} notes are under the newest key now.")
    for note_id in result.unreadable:
        print(f"Note {note_id} cannot be read with any of the keys.", file=sys.stderr)
    return 1 if result.unreadable else 0


async def _reencrypt(settings: Settings) -> Reencrypted:
    async with open_resources(settings) as resources:
        return await reencrypt_notes(resources)
