"""Any bytes in place of a credential: no crash, and no access."""

import string
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.service import Caller, Service
from tests.support.sign_in import CREDENTIAL_HEADERS, CREDENTIAL_START

ME = "/api/v1/users/me"
USERS = "/api/v1/users"

# What a header can hold at all: a server refuses the other bytes before.
VALUES = st.binary(max_size=60).map(lambda value: value.translate(None, b"\0\r\n"))
CREDENTIALS = st.one_of(
    st.tuples(st.sampled_from([b"Authorization", b"Cookie", *CREDENTIAL_HEADERS]), VALUES),
    VALUES.map(lambda value: (CREDENTIAL_HEADERS[0], CREDENTIAL_START + value)),
)
CONDITIONS = st.sampled_from(
    [
        *(b"If-Match", b"If-None-Match", b"If-Modified-Since", b"If-Unmodified-Since", b"Range"),
        *(b"Accept", b"Accept-Encoding", b"Accept-Language", b"Origin", b"Referer", b"Expect"),
        *(b"X-Request-ID", b"X-Forwarded-For", b"Forwarded", b"traceparent", b"Content-Type"),
    ]
)
examples = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@examples
@given(credentials=st.lists(CREDENTIALS, min_size=1, max_size=3))
async def test_no_bytes_crash_or_authenticate(
    service: Service, credentials: list[tuple[bytes, bytes]]
) -> None:
    for method in ("GET", "DELETE"):
        response = await service.client.request(method, ME, headers=credentials)
        assert response.status_code == 401


@examples
@given(headers=st.lists(st.tuples(CONDITIONS, VALUES), min_size=1, max_size=3))
async def test_no_other_header_is_a_crash(user: Caller, headers: list[tuple[bytes, bytes]]) -> None:
    response = await user.client.get(ME, headers=headers)
    assert response.status_code in {200, 403}


@examples
@given(
    cursor=st.text(st.characters(exclude_categories=[]), max_size=64),
    limit=st.text(string.printable) | st.integers().map(str) | st.integers(1, 100).map(str),
)
async def test_no_cursor_or_limit_is_a_crash(admin: Caller, cursor: str, limit: str) -> None:
    query = urlencode({"cursor": cursor.encode("utf-8", "surrogatepass"), "limit": limit})
    response = await admin.client.get(f"{USERS}?{query}")
    assert response.status_code == 422
