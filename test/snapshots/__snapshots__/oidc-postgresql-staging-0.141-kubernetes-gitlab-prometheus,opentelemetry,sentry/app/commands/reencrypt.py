"""`reencrypt`: re-encrypts values of earlier keys with the newest one."""

import argparse
import asyncio
import sys
from typing import Final

from app.commands import Commands, add_command
from app.logging import configure_logging
from app.notes.reencryption import reencrypt_notes
from app.resources import open_resources
from app.security.reencryption import Reencrypt
from app.settings import Settings, load_settings

# The resources with encrypted fields, and how they are re-encrypted.
ENCRYPTED: Final[dict[str, Reencrypt]] = {
    "notes": reencrypt_notes,
}


def add_to(commands: Commands) -> None:
    add_command(
        commands,
        "reencrypt",
        "Encrypt stored fields with the newest of FIELD_ENCRYPTION_KEYS; safe while it runs.",
        run,
    )


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    return asyncio.run(_reencrypt(settings))


async def _reencrypt(settings: Settings) -> int:
    exit_code = 0
    async with open_resources(settings) as resources:
        for what, reencrypt in ENCRYPTED.items():
            result = await reencrypt(resources)
            print(f"{result.count} {what} re-encrypted with the newest key.")
            for row_id in result.unreadable:
                exit_code = 1
                print(f"{what}: {row_id} cannot be decrypted with any key.", file=sys.stderr)
    return exit_code
