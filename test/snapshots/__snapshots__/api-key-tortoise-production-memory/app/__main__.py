"""The command line of the service: `python -m app <command>`."""

import argparse
import sys

from app.commands import (
    check_config,
    create_admin,
    migrate,
    openapi,
    purge,
    reencrypt,
    rotate_keys,
    serve,
)
from app.database.engine import UNUSABLE
from app.settings import SettingsError

COMMANDS = (
    check_config,
    create_admin,
    migrate,
    openapi,
    purge,
    reencrypt,
    rotate_keys,
    serve,
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns its exit code: 1 if the environment or the database is unusable."""
    parser = argparse.ArgumentParser(prog="python -m app", description="Run the service.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_to(commands)
    chosen = parser.parse_args(arguments)
    try:
        exit_code: int = chosen.run(chosen)
    except SettingsError as error:
        print("The environment is not usable:", *error.faults, sep="\n  ", file=sys.stderr)
        return 1
    except UNUSABLE as error:
        # Only the kind of error: its text may quote the URL or a row.
        kind = type(_root_cause(error)).__name__
        print(f"The database is out of reach, or not migrated: {kind}.", file=sys.stderr)
        return 1
    return exit_code


def _root_cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


if __name__ == "__main__":
    sys.exit(main())
