"""One module for each command: `add_to` declares it, `run` does it and returns the exit code."""

import argparse
from collections.abc import Callable
from typing import Final, Protocol

EXIT_CODES: Final = (
    "Exit codes: 0 success; 1 failure, with the reason on standard error; 2 wrong usage; "
    "130 interrupted."
)


class Commands(Protocol):
    """What `ArgumentParser.add_subparsers` returns."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002
        description: str,
        epilog: str,
    ) -> argparse.ArgumentParser: ...


def add_command(
    commands: Commands, name: str, help_text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Declare a command; returns its parser, for arguments of its own."""
    parser = commands.add_parser(name, help=help_text, description=help_text, epilog=EXIT_CODES)
    parser.set_defaults(run=run)
    return parser
