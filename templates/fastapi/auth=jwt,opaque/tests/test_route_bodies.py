"""What bodies the routes take."""

import re
from uuid import uuid4

import pytest

from app.route_table import operations_of
from tests.support.problems import problem_of
from tests.support.service import Service
from tests.support.sign_in import LENIENT_ROUTES, REFUSALS


async def test_every_body_has_a_model_that_refuses_unknown_fields(service: Service) -> None:
    bodies = 0
    for method, path, _, body_field in operations_of(service.app):
        if body_field is not None:
            model = body_field.field_info.annotation
            expected = "ignore" if (method, path) in LENIENT_ROUTES else "forbid"
            assert model.model_config.get("extra") == expected, (method, path)
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
        ("application/x-www-form-urlencoded", b"a=1&a=2", 400),
    ],
)
async def test_every_route_with_a_body_is_strict_about_it(
    service: Service, content_type: str | None, content: bytes, status: int
) -> None:
    for method, path, _, body_field in operations_of(service.app):
        if body_field is None:
            continue
        takes_form = type(body_field.field_info).__name__ == "Form"
        is_form = content_type == "application/x-www-form-urlencoded"
        expected = 415 if takes_form != is_form else status
        url = re.sub(r"\{\w+\}", str(uuid4()), path)
        headers = {"Content-Type": content_type} if content_type else {}
        response = await service.client.request(method, url, content=content, headers=headers)
        problem_of(response, expected, **REFUSALS.get((method, path), {}))
