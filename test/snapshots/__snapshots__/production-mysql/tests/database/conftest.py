"""Fixtures of the tests of migrations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.database import empty_database
from tests.support.environment import ENVIRONMENT


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a database without a schema, which the environment names."""
    with empty_database(tmp_path) as url:
        for name, value in {**ENVIRONMENT, "DATABASE_URL": url}.items():
            monkeypatch.setenv(name, value)
        yield url
