"""Spellings of a path that a proxy does not know."""

import httpx2

from tests.support.problems import problem_of
from tests.support.service import Caller


async def test_an_escaped_slash_separates_nothing(admin: Caller) -> None:
    for path in ("/api/v1/users%2Fme", "/api/v1%2fusers/me", "/api/v1/users%2Fexport"):
        problem_of(await admin.client.get(path), 404)
    problem_of(await admin.client.get("/api/v1/users/a%2Fb"), 422)


async def test_an_escaped_probe_is_no_probe(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/health%2Flive", headers={"Host": "evil.example"})
    problem_of(answer, 400)


async def test_other_escapes_are_read(admin: Caller) -> None:
    assert (await admin.client.get("/api/v1/%75sers/me")).status_code == 200
    problem_of(await admin.client.get("/api/v1/users%252Fme"), 404)
