"""Reads settings from the environment, and reports every fault at once."""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Self, get_args

from dotenv import dotenv_values
from pydantic import ModelWrapValidatorHandler, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.settings.rules import Confidential, Discouraged, Required

ENV_FILE: Final = ".env"
_FILE_SUFFIX: Final = "_file"
# Where the names of unreadable secret files are collected.
_UNREADABLE: Final = "unreadable files"
_DEPLOYED: Final = {"staging", "production"}
# Names reserved for examples (RFC 2606): a setting with one was never filled in.
_PLACEHOLDER: Final = re.compile(r"\bexample\.(com|net|org)\b|\.example\b")


class SettingsError(Exception):
    """The environment is invalid. `faults` names each variable and what is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads `<NAME>_FILE` for confidential settings: a secret mounted as a file."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self._given = _variables(settings_cls)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = self._given.get(field_name + _FILE_SUFFIX)
        if path is None or not _is_confidential(field):
            return None, field_name, False
        return Path(path).read_text(encoding="utf-8").strip(), field_name, False

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        unreadable = []
        for name, field in self.settings_cls.model_fields.items():
            try:
                value, _, _ = self.get_field_value(field, name)
            except (OSError, UnicodeDecodeError):
                unreadable.append(name)
            else:
                values |= {} if value is None else {name: value}
        return {**values, _UNREADABLE: unreadable}


class Environment(BaseSettings):
    """Base of the settings: the sources of values, and how faults are reported."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources = init_settings, env_settings, _SecretFiles(settings_cls)
        return (*sources, dotenv_settings) if _reads_env_file() else sources

    @model_validator(mode="wrap")
    @classmethod
    def _report_every_fault(cls, given: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        faults = dict.fromkeys(_missing_in_production(cls, given), "is required in production")
        for name in given.get(_UNREADABLE, ()):
            faults[name] = f"the file of {name.upper()}_FILE cannot be read"
        settings = None
        try:
            settings = validate(given)
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else "environment"
                reason = fault["msg"].removeprefix("Value error, ")
                faults.setdefault(name, "is required" if fault["type"] == "missing" else reason)
        if faults or settings is None:
            # Outside the handler: the validation error would become its context, with the values.
            raise SettingsError([f"{name.upper()}: {fault}" for name, fault in faults.items()])
        return settings

    def warnings(self) -> Iterator[str]:
        """Return warnings: misspelt names and left-over development values."""
        yield from self._misspelt()
        if getattr(self, "environment", None) in _DEPLOYED:
            yield from self._left_behind()

    def _left_behind(self) -> Iterator[str]:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if _PLACEHOLDER.search(_text(value)):
                yield f"{name.upper()} holds a name that is reserved for examples"
            if any(isinstance(m, Discouraged) and value in m.values for m in field.metadata):
                yield f"{name.upper()} is {value}, which is for development"

    def _misspelt(self) -> Iterator[str]:
        fields = type(self).model_fields
        files = {name + _FILE_SUFFIX for name, field in fields.items() if _is_confidential(field)}
        known = files | fields.keys()
        prefixes = tuple(name.split("_")[0] + "_" for name in fields if "_" in name)
        for name in sorted(set(_variables(type(self))) - known):
            if name.startswith(prefixes):
                nearest = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
                yield f"{name.upper()} is not a setting; did you mean {nearest.upper()}?"


def _text(value: object) -> str:
    """Return a value as one string, to search it."""
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _variables(settings: type[BaseSettings]) -> dict[str, str]:
    """Environment over the `.env` file, names in lower case."""
    env_file = settings.model_config.get("env_file") if _reads_env_file() else None
    merged = {**(dotenv_values(str(env_file)) if env_file else {}), **os.environ}
    return {name.lower(): value for name, value in merged.items() if value is not None}


def _reads_env_file() -> bool:
    """Return whether `.env` is read: a checkout's file must not configure a deployment."""
    said = {name.lower(): value for name, value in os.environ.items()}.get("environment", "")
    return said.strip().lower() not in _DEPLOYED


def _is_confidential(field: FieldInfo) -> bool:
    """Return whether the type of a setting, or a member of its union, is `Confidential`."""
    return _has_mark((*field.metadata, field.annotation))


def _has_mark(parts: Iterable[object]) -> bool:
    return any(isinstance(part, Confidential) or _has_mark(get_args(part)) for part in parts)


def _missing_in_production(settings: type[BaseSettings], given: dict[str, Any]) -> Iterator[str]:
    fields = settings.model_fields
    if "environment" not in fields:
        return
    environment = given.get("environment", fields["environment"].default)
    if str(environment).strip().lower() != "production":
        return
    for name, field in fields.items():
        if name not in given and any(isinstance(mark, Required) for mark in field.metadata):
            yield name
