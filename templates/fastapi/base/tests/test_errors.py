"""Problem documents: one shape for everything that goes wrong, and nothing in it that leaks."""

import json
from typing import Annotated

import httpx2
import pytest
from fastapi import HTTPException, Query
from pydantic import ValidationError
from starlette.types import Message

from app.errors import MAX_ERRORS, NotFound
from app.users.schemas import ProfileUpdate
from tests.support.problems import fields_of, problem_of
from tests.support.service import Caller, Service, running_service

ME = "/api/v1/users/me"
USERS = "/api/v1/users"
SECRETS = (
    "SELECT password FROM users",
    "/srv/app/secret.py",
    "hunter2",
    "Traceback",
    "RuntimeError",
)


async def _crash() -> None:
    raise RuntimeError("SELECT password FROM users failed in /srv/app/secret.py with hunter2")


async def _crash_in_a_group() -> None:
    raise ExceptionGroup("several", [RuntimeError("hunter2")])


async def _teapot() -> None:
    raise HTTPException(418, "SELECT password FROM users", {"X-Kind": "short"})


async def _strict(number: Annotated[int, Query(le=3)]) -> int:
    return number


@pytest.mark.parametrize("environment", ["development", "test", "staging", "production"])
async def test_a_crash_reveals_no_internals_in_any_environment(
    database_url: str, environment: str
) -> None:
    async with running_service(database_url, behave_as=environment, debug=True) as service:
        service.app.add_api_route("/api/v1/crash", _crash)
        service.app.add_api_route("/api/v1/group", _crash_in_a_group)
        for path in ("/api/v1/crash", "/api/v1/group"):
            response = await service.client.get(path)
            problem = problem_of(response, 500)
            assert problem["title"] == "Internal Server Error"
            assert not [secret for secret in SECRETS if secret in response.text]
            assert response.headers["cache-control"] == "no-store"


async def test_the_frameworks_own_errors_have_the_same_shape(service: Service) -> None:
    service.app.add_api_route("/api/v1/teapot", _teapot)
    response = await service.client.get("/api/v1/teapot")
    problem = problem_of(response, 418)
    assert "SELECT" not in problem["detail"]
    assert response.headers["x-kind"] == "short"
    problem_of(await service.client.get("/nowhere"), 404)
    problem_of(await service.client.post("/health/live"), 405)


async def test_a_status_has_its_name_of_today(database_url: str) -> None:
    async with running_service(database_url, max_body_bytes=1_024) as service:
        answer = await service.client.get("/health/live", params={"x": "1"})
        assert problem_of(answer, 422)["title"] == "Unprocessable Content"
        answer = await service.client.post("/health/live", content=b"x" * 1_025)
        assert problem_of(answer, 413)["title"] == "Content Too Large"


async def test_an_error_of_the_services_own_says_what_it_was_given() -> None:
    assert NotFound().detail == "The resource does not exist."
    assert str(NotFound("No such thing.")) == NotFound("No such thing.").detail == "No such thing."


async def test_a_wrong_method_names_every_right_one(client: httpx2.AsyncClient) -> None:
    allowed = {
        "/api/v1/users/1": "DELETE, GET, HEAD, PATCH",
        "/api/v1/users/me": "DELETE, GET, HEAD, PATCH",
        "/health/ready": "GET, HEAD",
        "/api/v1/users/export": "GET, HEAD",
    }
    for path, methods in allowed.items():
        for method in ("PUT", "OPTIONS", "TRACE", "PROPFIND"):
            response = await client.request(method, path)
            problem_of(response, 405)
            assert response.headers["allow"] == methods


async def test_a_field_is_named_by_its_place(admin: Caller, service: Service) -> None:
    service.app.add_api_route("/strict", _strict)
    assert fields_of(await service.client.get("/strict")) == ["number"]
    assert fields_of(await admin.client.get(USERS, params={"limit": "x"})) == ["limit"]
    assert fields_of(await admin.client.get(USERS, params={"cursor": "x" * 65})) == ["cursor"]
    assert fields_of(await admin.client.get(USERS, params={"": "1"})) == ["query"]
    assert fields_of(await admin.client.get(f"{USERS}/x")) == ["user_id"]
    two = await admin.client.patch(ME, json={"full_name": 1, "x": {"y": 1}})
    assert fields_of(two) == ["full_name", "x"]
    assert fields_of(await admin.client.patch(ME, json=[])) == ["body"]
    long = await admin.client.patch(ME, json={"full_name": "n", "x" * 5_000: 1})
    assert len(fields_of(long)[0]) <= 100


async def test_no_refused_value_comes_back(admin: Caller, service: Service) -> None:
    service.app.add_api_route("/strict", _strict)
    value = "hunter2-\u2620"
    refusals = [
        await service.client.get("/strict", params={"number": value}),
        await admin.client.get(USERS, params={"limit": value}),
        await admin.client.get(USERS, params={"cursor": value}),
        await admin.client.get(f"{USERS}/{value}"),
        await admin.client.patch(ME, json={"full_name": [value]}),
        await admin.client.patch(ME, json={"full_name": {"a": value}}),
        await admin.client.patch(ME, json={"unknown": value}),
        await admin.client.patch(ME, json=value),
    ]
    for refusal in refusals:
        problem_of(refusal, 422)
        assert "hunter2" not in refusal.text
        assert "\u2620" not in refusal.text


async def test_what_a_parser_found_is_not_told(admin: Caller) -> None:
    # "... found `z` at 1" is a piece of the value.
    [error] = problem_of(await admin.client.get(f"{USERS}/zz"), 422)["errors"]
    assert "`" not in error["message"]


async def test_at_most_twenty_errors_are_listed(user: Caller) -> None:
    body = {"full_name": 1} | {f"{number}" + "k" * 200: 0 for number in range(2_000)}
    response = await user.client.patch(ME, json=body)
    fields = fields_of(response)
    assert "full_name" in fields
    assert len(fields) == MAX_ERRORS
    assert max(map(len, fields)) <= 100


def test_unknown_fields_beyond_those_that_are_listed_are_not_judged() -> None:
    with pytest.raises(ValidationError) as raised:
        ProfileUpdate.model_validate({f"k{number}": 0 for number in range(1_000)})
    assert raised.value.error_count() == MAX_ERRORS


async def test_a_path_of_its_own_is_no_id_to_another_method(admin: Caller) -> None:
    for method in ("PATCH", "DELETE", "POST"):
        response = await admin.client.request(method, "/api/v1/users/export")
        problem_of(response, 405)
        assert response.headers["allow"] == "GET, HEAD"


async def test_a_client_that_goes_away_is_no_crash(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"full_name":', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    request = service.client.build_request("PATCH", ME, json={"full_name": "n"})
    scope = {
        "type": "http",
        "method": "PATCH",
        "path": ME,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("192.0.2.1", 50000),
    }
    await service.app(scope, receive, send)
    assert sent == []
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["status"] for line in lines if line["event"] == "request"] == [499]
    assert not [line for line in lines if line["level"] == "error"]
