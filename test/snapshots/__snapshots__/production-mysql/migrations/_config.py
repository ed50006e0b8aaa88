"""Where the `tortoise` command finds the database, as the owner of its tables."""

from app.database.orm import migration_config
from app.settings import load_settings

TORTOISE_ORM = migration_config(load_settings())
