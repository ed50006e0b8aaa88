"""Runs the service's own migrations on a database of the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from app.__main__ import main
from tests.support.database import empty_database
from tests.support.environment import ENVIRONMENT


def migrate(database_url: str) -> None:
    """Bring a database to the newest schema, as the command line does."""
    variables = {**ENVIRONMENT, "DATABASE_URL": database_url}
    with patch.dict(os.environ, variables):
        assert main(["migrate"]) == 0


@contextmanager
def migrated_database(directory: Path) -> Iterator[str]:
    """Make a database with the newest schema; yields its URL."""
    with empty_database(directory) as url:
        migrate(url)
        yield url
