"""Which hosts the service answers for."""

import httpx2

from tests.support.problems import problem_of
from tests.support.service import client_of, running_service

HOSTS = "api.example.com,*.tenants.example.com,[::1],127.0.0.1"
SERVED = [
    "api.example.com",
    "API.Example.COM",
    "api.example.com:443",
    "api.example.com:65535",
    "one.tenants.example.com",
    "a.b.tenants.example.com:8000",
    "127.0.0.1:8000",
    "[::1]",
    "[::1]:8000",
]
REFUSED = [
    "evil.example",
    "api.example.com.evil.example",
    "evilapi.example.com",
    "api.example.com:",
    "api.example.com:80:80",
    "api.example.com:x",
    "api.example.com:\u00b2",
    "api.example.com@evil.example",
    "evil.example/api.example.com",
    "api.example.com, evil.example",
    "api.example.com.",
    "tenants.example.com",
    ".tenants.example.com",
    "eviltenants.example.com",
    "evil.example/.tenants.example.com",
    "evil.example:80@one.tenants.example.com",
    "evil.example#.tenants.example.com",
    "one..tenants.example.com",
    "one.tenants.example.com.",
    "evil.example/.tenants.example.com",
    "evil.example\\.tenants.example.com",
    "evil.example?.tenants.example.com",
    "evil.example#.tenants.example.com",
    "user@one.tenants.example.com",
    "one..tenants.example.com",
    "\u00e9.tenants.example.com",
    "::1",
    "[::2]",
    "localhost",
    "*",
    " ",
    "",
]


PATHS = ["/api/v1/users/me", "/nowhere", "/health", "/health/live/"]


async def test_hosts_of_the_list_are_served(database_url: str) -> None:
    async with running_service(database_url, allowed_hosts=HOSTS) as service:
        for host in SERVED:
            for path in PATHS:
                response = await service.client.get(path, headers={"Host": host})
                assert response.status_code in {200, 401, 404}, host


async def test_any_other_host_is_refused_on_every_path(database_url: str) -> None:
    async with running_service(database_url, allowed_hosts=HOSTS) as service:
        for host in REFUSED:
            for path in PATHS:
                headers = [(b"Host", host.encode("latin-1"))]
                response = await service.client.get(path, headers=headers)
                problem = problem_of(response, 400)
                assert "evil" not in problem["detail"]


async def test_a_second_host_is_refused(client: httpx2.AsyncClient) -> None:
    headers = [("Host", "localhost"), ("Host", "evil.example")]
    problem_of(await client.get("/health/live", headers=headers), 400)
    problem_of(await client.get("/health/live", headers=headers[::-1]), 400)


async def test_a_probe_may_call_any_host(database_url: str) -> None:
    async with running_service(database_url, allowed_hosts=HOSTS, root_path="/orders") as service:
        for host in ("10.0.3.7", "10.0.3.7:8000", "[fd00::7]", "", *REFUSED):
            for path in ("/health/live", "/health/ready"):
                headers = [(b"Host", host.encode("latin-1"))]
                assert (await service.client.get(path, headers=headers)).status_code == 200, host


async def test_a_forwarded_host_of_an_untrusted_peer_is_ignored(database_url: str) -> None:
    headers = {
        "Host": "evil.example",
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Host": "localhost",
    }
    async with running_service(database_url, trusted_proxies="10.0.0.1") as service:
        problem_of(await service.client.get("/nowhere", headers=headers), 400)


async def test_a_proxy_that_calls_by_another_host_says_which_one_was_asked_for(
    database_url: str,
) -> None:
    settings = {"allowed_hosts": HOSTS, "trusted_proxies": "10.0.0.1"}
    async with running_service(database_url, **settings) as service:
        proxy = client_of(service.app, "10.0.0.1")
        headers = {"Host": "upstream:8000", "X-Forwarded-For": "192.0.2.7"}
        for host, status in (("api.example.com", 404), ("evil.example", 400)):
            headers["X-Forwarded-Host"] = host
            assert (await proxy.get("/nowhere", headers=headers)).status_code == status


async def test_a_star_serves_any_host(database_url: str) -> None:
    async with running_service(database_url, allowed_hosts="*") as service:
        response = await service.client.get("/nowhere", headers={"Host": "any.example"})
        forged = {"Host": "any.example/path"}
        problem_of(await service.client.get("/nowhere", headers=forged), 400)
    assert response.status_code == 404
