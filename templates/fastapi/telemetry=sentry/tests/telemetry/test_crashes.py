"""What arrives at Sentry when the service crashes: read at the other end."""

import json

import httpx2
from fastapi import Request

from app.errors import Conflict
from tests.support.ingest import ingest
from tests.support.service import Service, running_service

KNOWN = {
    "environment",
    "event_id",
    "exception",
    "level",
    "platform",
    "tags",
    "timestamp",
    "transaction",
}
SECRETS = {
    "password": "hunter2-password",
    "token": "eyJhbGciOi.hunter2-token.c2ln",
    "cookie": "hunter2-cookie",
    "key": "hunter2-key",
    "database": "hunter2-database",
    "query": "hunter2-query",
    "email": "hunter2@example.com",
}


def add_crash(service: Service) -> None:
    async def crash(request: Request) -> None:
        password = (await request.body()).decode()
        settings = service.resources.settings
        try:
            raise ValueError(f"no such key: {SECRETS['key']}, {password}, {settings.secret_key}")
        except ValueError as error:
            message = f"scheme://u:{SECRETS['database']}@db/{SECRETS['email']} {request.url}"
            raise RuntimeError(message, settings.secret_key.get_secret_value()) from error

    service.app.add_api_route("/crash", crash, methods=["POST"])


async def call(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post(
        f"/crash?token={SECRETS['query']}&email={SECRETS['email']}",
        content=json.dumps({"password": SECRETS["password"]}),
        headers={
            "Authorization": f"Bearer {SECRETS['token']}",
            "Cookie": f"session={SECRETS['cookie']}",
            "X-Credential": SECRETS["key"],
            "X-Request-ID": "request-1",
        },
    )


async def test_a_crash_is_reported_without_any_value(database_url: str) -> None:
    with ingest() as sentry:
        async with running_service(database_url, sentry_dsn=sentry.dsn) as service:
            add_crash(service)
            assert (await call(service.client)).status_code == 500
            secret_key = service.resources.settings.secret_key.get_secret_value()
    text = b"\n".join(sentry.received).decode()
    [event] = sentry.events
    assert [exception["type"] for exception in event["exception"]["values"]] == [
        "ValueError",
        "RuntimeError",
    ]
    assert event["tags"] == {"request_id": "request-1"}
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "crash"
    for name, secret in {**SECRETS, "secret key": secret_key, "address": "192.0.2.1"}.items():
        assert secret not in text, name
    assert "hunter2" not in text
    assert set(event) == KNOWN


async def test_what_is_answered_on_purpose_is_not_reported(database_url: str) -> None:
    async def conflict() -> None:
        raise Conflict

    with ingest() as sentry:
        async with running_service(database_url, sentry_dsn=sentry.dsn) as service:
            service.app.add_api_route("/conflict", conflict)
            assert (await service.client.get("/conflict")).status_code == 409
            assert (await service.client.get("/nowhere")).status_code == 404
    assert sentry.received == []


async def test_without_a_dsn_nothing_is_reported(service: Service) -> None:
    with ingest() as sentry:
        add_crash(service)
        assert (await call(service.client)).status_code == 500
    assert sentry.received == []


async def test_an_unreachable_sentry_affects_no_request(database_url: str) -> None:
    with ingest() as sentry:
        dsn = sentry.dsn
    async with running_service(database_url, sentry_dsn=dsn) as service:
        add_crash(service)
        assert (await call(service.client)).status_code == 500
