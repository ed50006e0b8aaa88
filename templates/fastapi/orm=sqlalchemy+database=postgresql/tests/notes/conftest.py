"""The database without a schema, as the tests of migrations have it."""

from tests.database.conftest import url

__all__ = ["url"]
