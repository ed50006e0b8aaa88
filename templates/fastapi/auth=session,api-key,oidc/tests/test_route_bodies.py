"""What bodies the routes take."""

import re
from uuid import uuid4

import pytest

from app.route_table import operations_of
from tests.support.problems import problem_of
from tests.support.service import Service


async def test_every_body_has_a_model_that_refuses_unknown_fields(service: Service) -> None:
    bodies = 0
    for method, path, _, body_field in operations_of(service.app):
        if body_field is not None:
            model = body_field.field_info.annotation
            assert model.model_config.get("extra") == "forbid", (method, path)
            bodies += 1
    assert bodies >= 2


@pytest.mark.parametrize(
    ("content_type", "content", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/xml", b"<a/>", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        (None, b"{}", 415),
        ("application/json; charset=utf-16", "{}".encode("utf-16"), 415),
        ("application/json", b"{", 400),
        ("application/json", b"\xff", 400),
        ("application/json", b'{"a": 1, "a": 2}', 400),
        ("application/x-www-form-urlencoded", b"a=1", 415),
    ],
)
async def test_every_route_with_a_body_is_strict_about_it(
    service: Service, content_type: str | None, content: bytes, status: int
) -> None:
    for method, path, _, body_field in operations_of(service.app):
        if body_field is None:
            continue
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        headers = {"Content-Type": content_type} if content_type else {}
        response = await service.client.request(method, url, content=content, headers=headers)
        problem_of(response, status)
