"""What a body may hold, down to its bytes."""

import httpx2
import pytest

from app.errors import BadRequest, UnsupportedMediaType
from app.security.bodies import JSON, MAX_DEPTH, MAX_VALUES, check_json
from tests.support.problems import problem_of
from tests.support.service import Caller

ME = "/api/v1/users/me"
USERS = "/api/v1/users"


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "body",
    [
        b'{"title": "t"}',
        b"[]",
        b"1",
        b'"text"',
        b"null",
        b'{"a": {"a": 1}, "b": {"a": 2}}',
        '{"title": "\u00e9\U0001f512\u2028"}'.encode(),
        rb'"\ud83d\ude00 \u00e9"',
        rb'"\\u0000 \\ud800"',
        b"1e308",
        b"9" * 309,
        _nested(MAX_DEPTH),
    ],
)
def test_json_is_taken(body: bytes) -> None:
    check_json(body, JSON)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1} {}',
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b'"a\x00b"',
        b'"\x01"',
        rb'"a\u0000b"',
        rb'"\\\u0000"',
        rb'{"a\u0000": 1}',
        rb'"\ud800"',
        rb'"\udc00\ud800"',
        rb'{"\ud800": 1}',
        rb'[{"a": ["\udfff"]}]',
        b"NaN",
        b"[Infinity]",
        b'{"a": -Infinity}',
        b"1e999",
        b"-1e999",
        b"9" * 310,
        b"9" * 5_000,
        b'{"a": 1, "a": 1}',
        rb'{"a": 1, "\u0061": 2}',
        b'[{"b": {"a": 1, "a": 2}}]',
        _nested(MAX_DEPTH + 1),
        b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
        _nested(5_000),
        _nested(100_000),
        b"[" * 500_000,
    ],
)
def test_ambiguous_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        check_json(body, JSON)


@pytest.mark.parametrize(
    "content_type", [JSON, f"{JSON};charset=utf-8", f'{JSON}; Charset="UTF-8"', "Application/JSON"]
)
def test_the_type_of_json_may_name_its_only_charset(content_type: str) -> None:
    check_json(b"{}", content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/json+x",
        "application/jsonx",
        "application/problem+json",
        "text/plain; application/json",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "\x00",
    ],
)
def test_any_other_type_is_refused(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        check_json(b"{}", content_type)


async def test_each_of_them_is_a_problem_and_none_a_crash(user: Caller) -> None:
    bodies = {
        b'{"full_name": "a\\u0000"}': 400,
        b'{"full_name": "\\ud800"}': 400,
        b'{"full_name": NaN}': 400,
        b'{"full_name": 1e999}': 400,
        b'{"full_name": ' + b"9" * 5_000 + b"}": 400,
        b'{"full_name": "a", "full_name": "b"}': 400,
        b'{"full_name": "\xff"}': 400,
        b'{"full_name": ' + _nested(50_000) + b"}": 400,
        b"{": 400,
        b"": 422,
        b"null": 422,
        b"[]": 422,
        b'"text"': 422,
        b"0": 422,
        b'{"full_name": ' + b"9" * 300 + b"}": 422,
        b'{"full_name": true}': 422,
        b'{"full_name": {"a": []}}': 422,
        b'{"full_name": "t", "__proto__": {}}': 422,
    }
    for content, status in bodies.items():
        headers = {"Content-Type": JSON}
        problem_of(await user.client.patch(ME, content=content, headers=headers), status)
    assert (await user.client.get(ME)).json()["full_name"] == user.user.full_name


async def test_text_that_cannot_be_stored_is_refused_wherever_it_comes(admin: Caller) -> None:
    for path in (f"{USERS}/%00", f"{USERS}/%ED%A0%80", f"{USERS}?cursor=%00", f"{USERS}?limit=%00"):
        problem_of(await admin.client.get(path), 422)
    problem_of(await admin.client.get(f"{USERS}?unknown=%00%FF"), 422)


async def test_headers_of_any_bytes_are_no_crash(client: httpx2.AsyncClient) -> None:
    for name in (
        b"Authorization",
        b"Cookie",
        b"X-Request-ID",
        b"Origin",
        b"Content-Type",
        b"Accept",
    ):
        for value in (b"", b"\xff\xfe", b"Bearer \xff", b"a" * 8_000, b";;;===,,,", b'"'):
            response = await client.get(ME, headers=[(name, value)])
            problem_of(response, 401)


def _list(count: int, item: bytes) -> bytes:
    return b"[" + b",".join([item] * count) + b"]"


@pytest.mark.parametrize("item", [b"0", b'""', b'"a,b"', rb'"\",["', b"[]", b"{ }", b'"\xc3\xa9"'])
def test_the_number_of_values_in_a_body_is_limited(item: bytes) -> None:
    check_json(_list(9_999, item), JSON)
    with pytest.raises(BadRequest):
        check_json(_list(10_000, item), JSON)


def test_names_are_no_values_and_neither_is_what_a_text_holds() -> None:
    members = b",".join(b'"%x":0' % number for number in range(MAX_VALUES - 1))
    check_json(b"{" + members + b"}", JSON)
    check_json(b'"' + b",[{" * MAX_VALUES + b'"', JSON)
    with pytest.raises(BadRequest):
        check_json(b"{" + members + b',"z":0}', JSON)


def test_a_content_type_that_takes_long_to_read_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        check_json(b"{}", JSON + "; charset=utf-8" + ";" * 200)
