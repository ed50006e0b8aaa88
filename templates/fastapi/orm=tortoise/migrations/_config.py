"""Configuration of the `tortoise` command, as the owner of the tables."""

from app.database.orm import migration_config
from app.settings import load_settings

TORTOISE_ORM = migration_config(load_settings())
