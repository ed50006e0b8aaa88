"""Rate limits: who is counted, what a refusal says, and that they can be turned off."""

from uuid import uuid4

import httpx2
import pytest

from app.audit.repository import AuditRepository
from app.auth.permissions import Role
from app.settings.types import Rate
from tests.support.problems import problem_of
from tests.support.queries import audit_events
from tests.support.service import Service, client_of, running_service

ME = "/api/v1/users/me"


async def _statuses(client: httpx2.AsyncClient, count: int, **options: object) -> list[int]:
    return [(await client.get(ME, **options)).status_code for _ in range(count)]  # type: ignore[arg-type]


async def test_nobody_is_counted_by_address(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="3/minute") as service:
        one, two = (client_of(service.app, f"192.0.2.{number}") for number in (1, 2))
        assert await _statuses(one, 5) == [401, 401, 401, 429, 429]
        assert await _statuses(two, 4) == [401, 401, 401, 429]


async def test_the_store_does_not_reveal_addresses(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = service.resources.store
    keys: list[str] = []

    async def hit(key: str, rate: Rate) -> int:
        keys.append(key)
        return 0

    monkeypatch.setattr(store, "hit", hit)
    assert await _statuses(service.client, 1) == [401]
    assert keys
    assert not [key for key in keys if "192.0.2.1" in key]


async def test_a_refusal_has_retry_after(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="2/hour") as service:
        await _statuses(service.client, 2)
        response = await service.client.get(ME)
    problem_of(response, 429)
    wait = int(response.headers.get("retry-after", 0))
    assert 3_590 <= wait <= 3_600
    assert response.headers["ratelimit-policy"] == '"default";q=2;w=3600'
    assert response.headers["ratelimit"] == f'"default";r=0;t={wait}'


async def test_an_account_is_counted_wherever_it_calls_from(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="3/minute") as service,
        service.caller() as caller,
        client_of(service.app, "192.0.2.99") as elsewhere,
    ):
        elsewhere.headers = caller.client.headers
        elsewhere.cookies = caller.client.cookies
        assert await _statuses(caller.client, 2) == [200, 200]
        assert await _statuses(elsewhere, 2) == [200, 429]
        assert await _statuses(caller.client, 1) == [429]
        async with service.caller() as other:
            assert await _statuses(other.client, 1) == [200]


async def test_all_routes_count_together(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="3/minute") as service,
        service.caller(Role.ADMIN) as admin,
    ):
        paths = ["/api/v1/users", ME, f"/api/v1/users/{uuid4()}", "/api/v1/users/export"]
        statuses = [(await admin.client.get(path)).status_code for path in paths]
    assert statuses == [200, 200, 404, 429]


async def test_probes_are_not_counted(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/day") as service:
        for path in ("/health/live", "/health/ready"):
            for _ in range(3):
                assert (await service.client.get(path)).status_code == 200


@pytest.mark.parametrize("field", ["X-Forwarded-For", "Forwarded"])
async def test_a_forged_address_is_no_way_around(database_url: str, field: str) -> None:
    async with running_service(database_url, rate_limit_default="2/minute") as service:
        statuses = []
        for number in range(4):
            value = f"for=203.0.113.{number}" if field == "Forwarded" else f"203.0.113.{number}"
            response = await service.client.get(ME, headers={field: value})
            statuses.append(response.status_code)
    assert statuses == [401, 401, 429, 429]


async def test_behind_a_trusted_proxy_each_client_counts_for_itself(database_url: str) -> None:
    settings = {"rate_limit_default": "2/minute", "trusted_proxies": "10.0.0.0/8"}
    async with running_service(database_url, **settings) as service:
        proxy = client_of(service.app, "10.0.0.1")
        for address in ("192.0.2.7", "192.0.2.8"):
            for spoofed, status in (
                ("203.0.113.1", 401),
                ("203.0.113.2", 401),
                ("203.0.113.3", 429),
            ):
                headers = {"X-Forwarded-For": f"{spoofed}, {address}"}
                assert (await proxy.get(ME, headers=headers)).status_code == status


async def test_one_ipv6_subscriber_is_one_client(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="2/minute") as service:
        neighbours = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3"]
        statuses = [
            (await client_of(service.app, address).get(ME)).status_code
            for address in [*neighbours, "2001:db8:1:3::1"]
        ]
    assert statuses == [401, 401, 429, 401]


async def test_ipv4_clients_of_an_ipv6_socket_are_not_one_client(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        for address, status in (("192.0.2.1", 401), ("192.0.2.2", 401), ("192.0.2.1", 429)):
            client = client_of(service.app, f"::ffff:{address}")
            assert (await client.get(ME)).status_code == status


async def test_a_flood_is_reported_once(database_url: str) -> None:
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        before = len(await audit_events(service.resources, "rate_limit.exceeded"))
        await _statuses(service.client, 5)
        events = await audit_events(service.resources, "rate_limit.exceeded")
    assert [event.details for event in events[before:]] == [{"limit": "default"}]


async def test_the_report_of_an_accounts_flood_names_it(database_url: str) -> None:
    async with (
        running_service(database_url, rate_limit_default="2/minute") as service,
        service.caller(Role.USER) as caller,
    ):
        await _statuses(caller.client, 5)
        events = await audit_events(service.resources, "rate_limit.exceeded")
    assert [event.actor_id for event in events][-1:] == [caller.user.id]


async def test_a_flood_that_cannot_be_reported_is_refused_all_the_same(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(AuditRepository, "add", fail)
    async with running_service(database_url, rate_limit_default="1/minute") as service:
        assert await _statuses(service.client, 3) == [401, 429, 429]


async def test_they_can_be_turned_off(database_url: str) -> None:
    settings = {"rate_limit_enabled": False, "rate_limit_default": "1/day"}
    async with running_service(database_url, **settings) as service:
        assert await _statuses(service.client, 3) == [401, 401, 401]


async def test_by_default_a_minute_has_a_hundred_requests(service: Service) -> None:
    defaults = type(service.resources.settings).model_fields
    assert defaults["rate_limit_default"].default == "100/minute"
    assert defaults["rate_limit_enabled"].default is True
