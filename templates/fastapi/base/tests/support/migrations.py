"""Runs the service's own migrations on a database of the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from app.__main__ import main
from tests.support.database import as_owner, as_service, empty_database
from tests.support.environment import ENVIRONMENT


def migrate(database_url: str) -> None:
    """Bring a database to the newest schema for the service, as the command line does."""
    urls = {"DATABASE_URL": database_url, "MIGRATION_DATABASE_URL": as_owner(database_url)}
    variables = {**ENVIRONMENT, **urls}
    with patch.dict(os.environ, variables):
        assert main(["migrate"]) == 0


@contextmanager
def migrated_database(directory: Path) -> Iterator[str]:
    """Make a database with the newest schema; yields the URL that the service uses."""
    with empty_database(directory) as url:
        migrate(as_service(url))
        yield as_service(url)
