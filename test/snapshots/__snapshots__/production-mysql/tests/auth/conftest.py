"""Fixtures of the tests of accounts: a service that leaves its mails in files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.resources import Resources
from tests.support.mailbox import Mailbox
from tests.support.service import Service, running_service


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    async with running_service(
        database_url, mail_backend="file", mail_dir=tmp_path / "mail"
    ) as service:
        yield service


@pytest.fixture
def mailbox(resources: Resources) -> Mailbox:
    return Mailbox(resources)
