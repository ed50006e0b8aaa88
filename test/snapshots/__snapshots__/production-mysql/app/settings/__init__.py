"""Settings of the service: environment variables, parsed once, typed, fatal when wrong."""

from typing import Any

from app.settings.environment import SettingsError
from app.settings.model import Settings

__all__ = ["Settings", "SettingsError", "load_settings"]


def load_settings(**overrides: Any) -> Settings:
    """Read the environment; `overrides` win over it.

    Raises `SettingsError`, which names every fault at once and no value.
    """
    return Settings(**overrides)
