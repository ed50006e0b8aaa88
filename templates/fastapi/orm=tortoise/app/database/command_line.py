"""The service's database for the `tortoise` command, which pyproject.toml points here."""

from app.database.orm import migration_config
from app.settings import load_settings

TORTOISE_ORM = migration_config(load_settings())
