"""The command line of the service: `python -m app <command>`."""

import argparse
import os
import sys
from pathlib import Path

from app.commands import (
    EXIT_CODES,
    check_config,
    create_admin,
    migrate,
    openapi,
    purge,
    reencrypt,
    rotate_keys,
    serve,
    work,
)
from app.database.engine import UNUSABLE
from app.database.failures import describe_failure, origin
from app.database.reasons import lacks_schema, reason_of
from app.settings import SettingsError
from app.settings.environment import ENV_FILE

COMMANDS = (
    check_config,
    create_admin,
    migrate,
    openapi,
    purge,
    reencrypt,
    rotate_keys,
    serve,
    work,
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns its exit code, as `EXIT_CODES` lists them."""
    parser = argparse.ArgumentParser(
        prog="python -m app", description="Run the service.", epilog=EXIT_CODES
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_to(commands)
    chosen = parser.parse_args(arguments)
    try:
        exit_code: int = chosen.run(chosen)
        sys.stdout.flush()
    except SettingsError as error:
        print("The settings are not valid:", *error.faults, sep="\n  ", file=sys.stderr)
        if _is_fresh_checkout():
            print(
                "There is no .env here. For development, copy .env.example to .env and add the "
                "secrets that `python -m app rotate-keys` prints.",
                file=sys.stderr,
            )
        return 1
    except BrokenPipeError:
        # The reader has closed the pipe, as `| head` does. Discard the rest of the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UNUSABLE as error:
        print(f"The database cannot be used: {_why_unusable(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return exit_code


def _why_unusable(error: BaseException) -> str:
    if lacks_schema(cause := origin(error)):
        return f"{reason_of(cause)}. Run `python -m app migrate`."
    return describe_failure(error)


def _is_fresh_checkout() -> bool:
    given = os.environ.get("ENVIRONMENT", "development").lower()
    return given == "development" and not Path(ENV_FILE).exists()


if __name__ == "__main__":
    sys.exit(main())
