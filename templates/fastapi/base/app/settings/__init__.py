"""Settings of the service: typed environment variables, parsed once at start-up."""

from typing import Any

from app.settings.environment import SettingsError
from app.settings.model import Settings

__all__ = ["Settings", "SettingsError", "load_settings"]


def load_settings(**overrides: Any) -> Settings:
    """Read the environment; `overrides` take precedence.

    Raises `SettingsError`, which reports every fault at once, without values.
    """
    return Settings(**overrides)
