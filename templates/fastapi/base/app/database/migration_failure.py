"""Error messages of failed migrations."""

import traceback
from pathlib import Path

from app.database.engine import UNUSABLE
from app.database.failures import describe_failure
from app.settings import SettingsError


def describe_migration_failure(error: Exception, folder: Path, name: str | None = None) -> str:
    """Return which of the migrations in a folder failed, and why."""
    if isinstance(error, SettingsError):
        raise error
    found, line = _place(error, folder)
    name = name or found
    if isinstance(error, UNUSABLE):
        fault = describe_failure(error)
    else:
        text = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__doc__
        fault = f"{type(error).__name__}: {text}" + (f" (line {line})" if line else "")
    return f"Migration {f'{name} ' if name else ''}failed: {fault}"


def _place(error: Exception, folder: Path) -> tuple[str | None, int | None]:
    places: list[tuple[str | None, int | None]] = [
        (frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)
    ]
    if isinstance(error, SyntaxError):
        places.append((error.filename, error.lineno))
    for file, line in reversed(places):
        if file and Path(file).parent == folder:
            return Path(file).stem, line
    return None, None
