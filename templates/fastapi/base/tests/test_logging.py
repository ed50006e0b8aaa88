"""The log: its format, its redaction, and that no line can be forged."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog

from app.audit.trail import record
from app.auth.permissions import Role
from app.logging import configure_logging
from app.redaction import MAX_CHARACTERS, MAX_ITEMS, MAX_TRACE_LINES, REDACTED, redact
from app.resources import Resources
from tests.support.environment import ENVIRONMENT
from tests.support.service import Caller, Service, running_service, settings_for

Lines = Callable[[], list[dict[str, Any]]]

# The address that the tests' own client has.
CLIENT = "192.0.2.1"

# Each is a secret or personal, and none may be found in any form of a line.
EMAIL = "alice.o-hara+x@mail.example.com"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
RANDOM = "Zx8_kq-3vR1mN5tY7uI9oP2aS4dF6gH8jK0lQwErTyUi"
TEXTS = {
    EMAIL: f"mail to {EMAIL} failed",
    JWT: f"token {JWT} is wrong",
    RANDOM: f"no such secret: {RANDOM}",
    "c2VjcmV0OnNlY3JldA==": "header was Basic c2VjcmV0OnNlY3JldA==",
    "abc.def/ghi": "Authorization: bearer abc.def/ghi",
    "hunter2": "cannot reach postgresql://service:hunter2@db/service",
    "hunter3": "GET /reset?token=hunter3&next=1",
    "hunter4": "GET /x?a=1&api_key=hunter4",
    "hunter5": "https://h/?password=hunter5",
    "hunter6": "GET /callback?state=1&code=hunter6",
}
NAMES = [
    "password",
    "new_password",
    "passwd",
    "password_hash",
    "token",
    "access_token",
    "refreshToken",
    "secret_key",
    "client_secret",
    "api_key",
    "Authorization",
    "Cookie",
    "set-cookie",
    "X-CSRF-Token",
    "digest",
    "email",
    "e_mail",
    "E-Mail",
]


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, migrated_url: str) -> Iterator[StringIO]:
    """Log as production does, to where the test can read it."""
    settings = settings_for(migrated_url)
    with monkeypatch.context() as patch:
        # Not what pytest captures: that is another stream in each phase of a test.
        out = StringIO()
        patch.setattr("app.logging.sys", SimpleNamespace(stdout=out))
        configure_logging(settings)
        yield out
    configure_logging(settings)


@pytest.fixture
def lines(out: StringIO) -> Lines:
    """Give the lines that were written since it was last asked."""

    def read() -> list[dict[str, Any]]:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return [json.loads(line) for line in text.splitlines()]

    return read


async def test_a_request_is_one_line_with_the_contracts_fields(
    lines: Lines, database_url: str
) -> None:
    async with running_service(database_url) as service, service.caller(Role.ADMIN) as caller:
        lines()
        response = await caller.client.get(f"/api/v1/users/{uuid4()}")
    [line] = [line for line in lines() if line["event"] == "request"]
    assert 0 < line.pop("duration_ms") < 10_000
    assert line.pop("time").endswith("Z")
    fields = {
        "channel": "access",
        "level": "info",
        "event": "request",
        "request_id": response.headers["x-request-id"],
        "client_address": CLIENT,
        "method": "GET",
        "route": "/api/v1/users/{user_id}",
        "status": 404,
        "principal_id": str(caller.user.id),
    }
    assert fields.items() <= line.items()
    assert "path" not in line


async def test_what_is_no_route_is_logged_as_it_was_called_short_and_clean(
    lines: Lines, service: Service
) -> None:
    lines()
    await service.client.get("/wp-admin/ann@example.com?token=hunter2")
    await service.client.get(f"/{'x/' * 5000}")
    await service.client.get("/a%0Ab%1b%5b31m")
    logged = [line for line in lines() if line["event"] == "request"]
    assert [line["route"] for line in logged] == [None] * 3
    assert logged[0]["path"] == "/wp-admin/[redacted]"
    assert logged[1]["path"] == f"/{'x/' * 49}[cut]"
    assert logged[2]["path"] == r"/a\nb\x1b[31m"


async def test_a_path_is_cut_where_no_half_of_a_secret_is_left(
    lines: Lines, service: Service
) -> None:
    lines()
    for secret in ("Ab1-" * 11, "ann.smith@example.com", "ann.smith%40example.com"):
        for before in range(40, 100):
            await service.client.get(f"/{'x' * before}/{secret}/more")
    assert not any(half in str(lines()) for half in ("Ab1-Ab1-", "ann.s"))


async def test_a_probe_is_logged_if_it_fails(lines: Lines, service: Service) -> None:
    lines()
    await service.client.get("/health/ready")
    assert [line for line in lines() if line["event"] == "request"] == []
    service.app.state.stopping = True
    try:
        await service.client.get("/health/ready")
    finally:
        # Other tests use the application again.
        service.app.state.stopping = False
    [line] = [line for line in lines() if line["event"] == "request"]
    assert (line["route"], line["status"]) == ("/health/ready", 503)


@pytest.mark.parametrize(
    ("precision", "logged"),
    [
        ("full", {"192.0.2.77": "192.0.2.77", "2001:db8:1:2::7": "2001:db8:1:2::7"}),
        ("truncated", {"192.0.2.77": "192.0.2.0/24", "2001:db8:1:2::7": "2001:db8:1::/48"}),
        ("off", {"192.0.2.77": None, "2001:db8:1:2::7": None}),
    ],
)
async def test_the_client_address_is_logged_as_configured(
    lines: Lines, database_url: str, precision: str, logged: dict[str, str | None]
) -> None:
    settings = {"log_client_address": precision, "trusted_proxies": CLIENT}
    async with running_service(database_url, **settings) as service:
        for address in logged:
            await service.client.get("/api/v1/users/me", headers={"X-Forwarded-For": address})
    access = [line for line in lines() if line["event"] == "request"]
    assert [line["client_address"] for line in access] == list(logged.values())


async def test_an_anonymous_request_names_no_principal(lines: Lines, database_url: str) -> None:
    async with running_service(database_url) as service:
        await service.client.get("/api/v1/users/me")
        await service.client.get("/no/such/path?token=hunter2")
    known, unknown = [line for line in lines() if line["event"] == "request"]
    assert (known["principal_id"], known["status"]) == (None, 401)
    # A path that leads nowhere is the client's own text.
    assert (unknown["route"], unknown["status"]) == (None, 404)
    assert "hunter2" not in str(unknown)


async def test_a_crash_is_logged_on_one_line_with_the_traceback_without_values(
    lines: Lines, database_url: str
) -> None:
    async def crash(q: str) -> None:
        message = f"no {q} for {EMAIL}"
        raise RuntimeError(message)

    async with running_service(database_url) as service:
        service.app.add_api_route("/crash", crash)
        response = await service.client.get("/crash", params={"q": RANDOM})
    [line] = [line for line in lines() if line["event"] == "request.crashed"]
    assert line["level"] == "error"
    assert line["request_id"] == response.headers["x-request-id"]
    assert "raise RuntimeError(message)" in line["exception"]
    assert RANDOM not in str(line)
    assert EMAIL not in str(line)


async def test_a_long_request_id_is_no_secret(lines: Lines, database_url: str) -> None:
    request_id = "a1-" * 21
    async with running_service(database_url) as service:
        await service.client.get("/nowhere", headers={"X-Request-ID": request_id})
    assert [line["request_id"] for line in lines() if line["event"] == "request"] == [request_id]


@pytest.mark.parametrize("secret", TEXTS)
def test_secrets_in_text_are_replaced_whoever_writes_them(lines: Lines, secret: str) -> None:
    text = TEXTS[secret]
    structlog.get_logger().info(text, detail=text, nested={"list": [text, (text,)], text: 1})
    structlog.get_logger().bind(bound=text).new(fresh=text).warning("event")
    for name in ("", "app.deep.child", "library.engine", "uvicorn.error", "asyncio"):
        logging.getLogger(name).error(text)
        logging.getLogger(name).error("%s and %r", text, {"key": text})
        try:
            raise ValueError(text)
        except ValueError:
            logging.getLogger(name).exception("failed")
    written = lines()
    assert len(written) == 17
    assert secret not in json.dumps(written)
    assert REDACTED in str(written[0]["event"])
    assert all("Traceback" in line["exception"] for line in written if "exception" in line)


# Each makes an expression that tries every beginning and every end take the square or the cube.
ADVERSARIAL = [
    "?token",
    "&key",
    "?a=",
    "a.",
    "a@",
    "a@b",
    "eyJ",
    "eyJ.",
    "eyJa.b",
    "bearer ",
    "://",
    "://a:",
    "-a",
    "a-",
    "%40",
    " ",
]


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_redaction_takes_linear_time(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    monkeypatch.setattr("app.redaction.MAX_CHARACTERS", 10**6)

    def seconds(length: int) -> float:
        event = {"detail": (unit * length)[:length] + "\0"}
        begun = time.thread_time()
        redact(None, "info", event)
        return time.thread_time() - begun

    short = min(seconds(2_000) for _ in range(5))
    # Eight times the length takes the square 64 times as long.
    assert min(seconds(16_000) for _ in range(3)) < 30 * short + 0.001


def test_a_long_value_is_cut_before_it_is_searched(lines: Lines) -> None:
    long = "word " * 200_000
    structlog.get_logger().info("event", detail=long, rows=["row"] * 10_000)
    try:
        raise ValueError(long + "\n" + "line\n" * 10_000)
    except ValueError:
        structlog.get_logger().exception("failed")
    detail, failed = lines()
    assert len(detail["detail"]) <= MAX_CHARACTERS
    assert len(detail["rows"]) == MAX_ITEMS
    assert len(failed["exception"].splitlines()) <= MAX_TRACE_LINES + 1
    assert len(json.dumps(failed)) < 20_000


@pytest.mark.parametrize("secret", TEXTS)
def test_a_cut_leaves_no_half_of_a_secret(lines: Lines, secret: str) -> None:
    for before in range(MAX_CHARACTERS - len(TEXTS[secret]), MAX_CHARACTERS):
        text = "x " * (before // 2) + TEXTS[secret] + " y" * MAX_CHARACTERS
        structlog.get_logger().info("event", detail=text)
    halves = [secret[:length] for length in (12, len(secret) // 2) if length >= 7]
    written = json.dumps(lines())
    assert not [half for half in halves if half in written]


@pytest.mark.parametrize("name", NAMES)
def test_values_of_secret_names_are_replaced_whatever_they_are(lines: Lines, name: str) -> None:
    log = structlog.get_logger()
    log.info("event", **{name: "short"})
    log.info("event", **{name: 123456})
    log.info("event", **{name: {"a": ["b"]}})
    log.info("event", headers={name: "short"}, rows=[{name: b"short"}])
    written = lines()
    assert [line[name] for line in written[:3]] == [REDACTED] * 3
    assert written[3]["headers"] == {name: REDACTED}
    assert written[3]["rows"] == [{name: REDACTED}]


def test_what_is_no_secret_is_kept(lines: Lines) -> None:
    user_id = uuid4()
    values = {
        "path": "/api/v1/users/{user_id}",
        "count": 3,
        "ratio": 0.5,
        "none": None,
        "on": True,
        "id": str(user_id),
        "text": "a plain sentence, with 100% punctuation: yes!",
    }
    structlog.get_logger().info("auth.login.succeeded", **{**values, "id": user_id})
    [line] = lines()
    assert {name: line[name] for name in values} == values
    assert UUID(line["id"]) == user_id
    assert line["event"] == "auth.login.succeeded"


FORGERIES = ["a\nb", "a\r\nb", "a\rb", "a\x0bb", "a\x85b", "a\u2028b", "a\x1b[2Jb", "a\x00b"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_value_can_forge_a_log_line(out: StringIO, migrated_url: str, log_format: str) -> None:
    configure_logging(settings_for(migrated_url, log_format=log_format))
    for text in FORGERIES:
        structlog.get_logger().info(text, detail=text, nested=[text])
        logging.getLogger("library").warning("%s", text)
    text = out.getvalue()
    assert len(text.splitlines()) == 2 * len(FORGERIES)
    assert not set(text) & set("\r\x0b\x85\u2028\x1b\x00")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_exception_forges_a_line(out: StringIO, migrated_url: str, log_format: str) -> None:
    configure_logging(settings_for(migrated_url, log_format=log_format))
    forged = "2026-01-31T12:00:00Z [info] forged\r"
    try:
        raise ValueError("first\n" + forged)
    except ValueError:
        structlog.get_logger().exception("failed")
    text = out.getvalue()
    assert "forged" in text
    assert not [line for line in text.splitlines() if line.startswith("2026-01-31T12:00:00Z")]
    assert "\r" not in text


def test_lines_for_people_are_redacted_too(out: StringIO, migrated_url: str) -> None:
    configure_logging(settings_for(migrated_url, log_format="console"))
    structlog.get_logger().info("event", detail=TEXTS[EMAIL], password="hunter2")
    try:
        local = RANDOM
        raise ValueError(local)
    except ValueError:
        structlog.get_logger().exception("failed")
    text = out.getvalue()
    assert "event" in text
    assert not [secret for secret in (EMAIL, RANDOM, "hunter2") if secret in text]


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("debug", ["app debug", "app info", "app error", "library info", "library error"]),
        ("info", ["app info", "app error", "library info", "library error"]),
        ("error", ["app error", "library error"]),
    ],
)
def test_the_level_bounds_what_is_written(
    lines: Lines, migrated_url: str, level: str, written: list[str]
) -> None:
    configure_logging(settings_for(migrated_url, log_level=level))
    for method in ("debug", "info", "error"):
        getattr(structlog.get_logger(), method)(f"app {method}")
    for method in ("debug", "info", "error"):
        # What a library writes at debug holds what it was given: rows, bodies, credentials.
        getattr(logging.getLogger("library"), method)(f"library {method}")
    assert [line["event"] for line in lines()] == written


async def test_security_events_are_written_at_any_level(
    lines: Lines, migrated_url: str, resources: Resources
) -> None:
    configure_logging(settings_for(migrated_url, log_level="error"))
    async with resources.database.transaction() as transaction:
        await record(transaction, "user.deleted")
    assert [(line["channel"], line["event"]) for line in lines()] == [("audit", "user.deleted")]


async def test_signing_in_and_being_refused_leaves_no_credential_in_the_log(
    out: StringIO, database_url: str
) -> None:
    settings: dict[str, Any] = {"log_level": "debug", "debug": True}
    async with running_service(database_url, **settings) as service, service.caller() as caller:
        credentials = _credentials(caller)
        await caller.client.get("/api/v1/users/me?token=hunter2")
        await caller.client.patch("/api/v1/users/me", json={"full_name": "hunter3", "x": "hunter4"})
        await caller.client.patch("/api/v1/users/me", json={"full_name": "hunter3"})
        await service.client.get(
            "/api/v1/users/me",
            headers={"Authorization": "Bearer hunter5", "Cookie": "session=hunter6"},
        )
    text = out.getvalue()
    assert "/api/v1/users/me" in text
    assert re.search(r"UPDATE \W*users\b", text)
    secrets = [*credentials, caller.user.email, *(f"hunter{number}" for number in range(2, 7))]
    secrets += [ENVIRONMENT["SECRET_KEY"], ENVIRONMENT["FIELD_ENCRYPTION_KEYS"]]
    assert not [secret for secret in secrets if secret in text]


def _credentials(caller: Caller) -> list[str]:
    usual = {"accept", "accept-encoding", "connection", "user-agent", "origin", "host"}
    headers = [value for name, value in caller.client.headers.items() if name not in usual]
    found = [value.removeprefix("Bearer ") for value in headers]
    found += [str(cookie.value) for cookie in caller.client.cookies.jar]
    assert found
    return found
