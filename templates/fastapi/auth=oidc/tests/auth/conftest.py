"""A provider for each test that makes it misbehave, and a service that trusts it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.provider import Provider, running_provider
from tests.support.service import Service, running_service


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
async def trusting(database_url: str, provider: Provider) -> AsyncIterator[Service]:
    """Give a service whose identity provider is that of the test."""
    async with running_service(database_url, oidc_issuer=provider.issuer) as service:
        yield service
