"""Runs the service's own migrations on a database of the tests."""

import os
from unittest.mock import patch

from app.__main__ import main
from tests.support.environment import ENVIRONMENT


def migrate(database_url: str) -> None:
    """Bring a database to the newest schema, as the command line does."""
    variables = {**ENVIRONMENT, "DATABASE_URL": database_url}
    with patch.dict(os.environ, variables):
        assert main(["migrate"]) == 0
