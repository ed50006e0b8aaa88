"""Each line of the log says who pays for the service."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from types import SimpleNamespace

import pytest
import structlog

from app.logging import configure_logging
from app.redaction import REDACTED
from tests.support.service import settings_for


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[StringIO]:
    with monkeypatch.context() as patch:
        out = StringIO()
        patch.setattr("app.logging.sys", SimpleNamespace(stdout=out))
        configure_logging(settings_for(database_url, cost_center="cc-1234"))
        yield out
    configure_logging(settings_for(database_url))


def test_a_line_of_the_service_and_of_a_library_says_who_pays(out: StringIO) -> None:
    structlog.get_logger().info("started")
    logging.getLogger("library").warning("slow")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["cost_center"] for line in lines] == ["cc-1234", "cc-1234"]


def test_the_field_passes_the_redaction_that_all_others_pass(
    out: StringIO, database_url: str
) -> None:
    configure_logging(settings_for(database_url, cost_center="ann@example.com"))
    structlog.get_logger().info("started")
    assert json.loads(out.getvalue())["cost_center"] == REDACTED
