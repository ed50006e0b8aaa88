"""Other web sites cannot make the browser of a signed-in user do anything."""

from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from app.auth.authenticator import authenticate
from app.auth.csrf import csrf_token
from app.resources import Resources
from app.security.keys import Keys
from tests.support.environment import ENVIRONMENT
from tests.support.factories import make_user
from tests.support.passwords import PASSWORD, give_password
from tests.support.queries import audit_events, audited
from tests.support.service import BASE_URL, Caller, Service, running_service
from tests.support.sign_in import CSRF_HEADER, LOGIN_URL, log_in

ME = "/api/v1/users/me"
CSRF_URL = "/api/v1/auth/csrf"
ALLOWED = "https://app.example.com"
FOREIGN = "https://evil.example"
BODY = {"full_name": "New"}
OTHER_KEY = "Zm9yIHRoZSB0ZXN0cyBvZiByb3RhdGlvbiwgYSBuZXcga2V5"


async def write(caller: Caller, **headers: str) -> int:
    """Make a change as a page that sends these headers would; returns the status."""
    return (await caller.client.patch(ME, json=BODY, headers=headers)).status_code


async def test_a_page_of_the_service_may_write(user: Caller) -> None:
    assert await write(user) == 200


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(value=st.binary(max_size=80) | st.text("0123456789abcdefABCDEF \t").map(str.encode))
async def test_no_bytes_pass_for_the_token(user: Caller, value: bytes) -> None:
    headers = {CSRF_HEADER.encode(): value.translate(None, b"\0\r\n")}
    assert (await user.client.patch(ME, json=BODY, headers=headers)).status_code == 403


async def test_reading_needs_no_token(user: Caller) -> None:
    del user.client.headers[CSRF_HEADER], user.client.headers["Origin"]
    assert (await user.client.get(ME)).status_code == 200


async def test_a_page_that_was_loaded_anew_gets_the_token_of_its_session(user: Caller) -> None:
    token = user.client.headers.pop(CSRF_HEADER)
    assert await write(user) == 403
    answer = await user.client.get(CSRF_URL)
    assert answer.json() == {"csrf_token": token}
    assert answer.headers["cache-control"] == "no-store"
    assert await write(user, **{CSRF_HEADER: token}) == 200


@pytest.mark.parametrize("token", ["", "x", "00" * 32, "\xe9" * 64, "0" * 5000])
async def test_a_made_up_token_is_refused(user: Caller, token: str) -> None:
    headers = [(b"x-csrf-token", token.encode("latin-1"))]
    answer = await user.client.patch(ME, json=BODY, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await user.client.get(ME)).json()["full_name"] == user.user.full_name


async def test_state_changes_require_the_token_for_every_method(user: Caller) -> None:
    del user.client.headers[CSRF_HEADER]
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", ME, {"json": BODY}),
        ("DELETE", ME, {}),
        ("POST", "/api/v1/auth/logout", {}),
        ("POST", "/api/v1/auth/logout-all", {}),
    ]
    for method, url, body in requests:
        answer = await user.client.request(method, url, **body)
        assert answer.status_code == 403, (method, url)
    assert (await user.client.get(ME)).json()["full_name"] == user.user.full_name


async def test_the_document_asks_for_the_token_where_the_service_does(service: Service) -> None:
    secured = [
        (method, path, operation["security"])
        for path, operations in service.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if operation["security"]
    ]
    assert len(secured) > 10
    for method, path, security in secured:
        expected = {"session"} if method == "get" else {"session", CSRF_HEADER}
        assert [set(alternative) for alternative in security] == [expected], (method, path)


@pytest.mark.parametrize(
    ("environment", "name"), [("development", "session"), ("production", "__Host-session")]
)
async def test_the_document_names_the_cookie_as_browsers_get_it(
    database_url: str, environment: str, name: str
) -> None:
    async with running_service(database_url, behave_as=environment) as service:
        scheme = service.app.openapi()["components"]["securitySchemes"]["session"]
        assert (scheme["in"], scheme["name"]) == ("cookie", name)


async def test_the_token_of_another_account_is_refused(user: Caller, moderator: Caller) -> None:
    theirs = moderator.client.headers[CSRF_HEADER]
    assert await write(user, **{CSRF_HEADER: theirs}) == 403


async def test_the_token_of_another_session_of_the_account_is_refused(
    user: Caller, service: Service
) -> None:
    async with service.caller(user=user.user) as other:
        token = other.client.headers[CSRF_HEADER]
        assert await write(user, **{CSRF_HEADER: token}) == 403
        assert await write(other) == 200


async def test_the_token_of_an_earlier_session_is_refused(user: Caller) -> None:
    stale = user.client.headers[CSRF_HEADER]
    await log_in(user.client, user.user)
    assert await write(user, **{CSRF_HEADER: stale}) == 403
    assert await write(user) == 200


async def test_a_token_that_another_key_signed_is_refused(
    user: Caller, resources: Resources
) -> None:
    principal = await authenticate(str(user.client.cookies["session"]), resources)
    assert principal is not None
    assert csrf_token(resources.keys, principal.session_id) == user.client.headers[CSRF_HEADER]
    settings = resources.settings.model_copy(update={"secret_key": SecretStr(OTHER_KEY)})
    forged = csrf_token(Keys(settings), principal.session_id)
    assert await write(user, **{CSRF_HEADER: forged}) == 403


async def test_a_token_outlives_the_rotation_of_its_key(database_url: str, user: Caller) -> None:
    async with running_service(
        database_url, secret_key=OTHER_KEY, secret_key_fallbacks=ENVIRONMENT["SECRET_KEY"]
    ) as rotated:
        headers = {**user.client.headers, "Cookie": f"session={user.client.cookies['session']}"}
        answer = await rotated.client.patch(ME, json=BODY, headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": BASE_URL}, 200),
        ({"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://localhost"}, 200),
        ({"Origin": "https://localhost", "Host": "localhost:443"}, 200),
        ({"Origin": "https://localhost", "Host": "localhost:80"}, 200),
        ({"Origin": "https://localhost", "Host": "LocalHost"}, 200),
        ({"Origin": "https://localhost:8443", "Host": "localhost:8443"}, 200),
        ({"Referer": "https://localhost:443/page"}, 200),
        ({"Origin": ALLOWED}, 200),
        ({"Origin": ALLOWED, "Sec-Fetch-Site": "same-site"}, 200),
        ({"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Referer": f"{BASE_URL}/page?x=1"}, 200),
        ({"Referer": f"{ALLOWED}/"}, 200),
        ({}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "*"}, 403),
        ({"Origin": FOREIGN}, 403),
        ({"Origin": FOREIGN, "Referer": BASE_URL}, 403),
        ({"Origin": f"{BASE_URL}:8001"}, 403),
        ({"Origin": "https://localhost", "Host": "localhost:8443"}, 403),
        ({"Origin": FOREIGN, "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": FOREIGN[8:]}, 403),
        ({"Origin": f"{BASE_URL}.evil.example"}, 403),
        ({"Origin": f"{ALLOWED}.evil.example"}, 403),
        ({"Origin": "http://app.example.com"}, 403),
        ({"Origin": "https://sub.app.example.com"}, 403),
        ({"Origin": f"{BASE_URL}, {FOREIGN}"}, 403),
        ({"Origin": BASE_URL, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": BASE_URL, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 403),
        ({"Referer": FOREIGN}, 403),
        ({"Referer": f"{FOREIGN}/{BASE_URL}"}, 403),
        ({"Referer": f"http://localhost@{FOREIGN[8:]}/"}, 403),
        ({"Referer": f"{FOREIGN}?{ALLOWED}"}, 403),
        ({"Referer": "http://[localhost"}, 403),
        ({"Referer": "not a url"}, 403),
    ],
    ids=str,
)
async def test_state_changes_require_an_allowed_origin(
    user: Caller, headers: dict[str, str], status: int
) -> None:
    del user.client.headers["Origin"]
    assert await write(user, **headers) == status


@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", BASE_URL), ("Origin", FOREIGN), ("Sec-Fetch-Site", "same-origin")],
)
async def test_two_origins_are_none(user: Caller, name: str, value: str) -> None:
    own = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}
    for pair in ((own[name], value), (value, own[name])):
        fields = [(name, each) for each in pair]
        assert (await user.client.patch(ME, json=BODY, headers=fields)).status_code == 403


async def test_two_tokens_are_none(user: Caller) -> None:
    token = user.client.headers.pop(CSRF_HEADER)
    fields = [(CSRF_HEADER, token)] * 2
    assert (await user.client.patch(ME, json=BODY, headers=fields)).status_code == 403


async def test_behind_a_proxy_its_own_page_is_of_the_host_that_the_browser_asked_for(
    database_url: str,
) -> None:
    settings = {"allowed_hosts": "api.example.com,localhost", "trusted_proxies": "192.0.2.1"}
    async with (
        running_service(database_url, **settings) as service,
        service.caller() as caller,
    ):
        forwarded = {"Host": "upstream:8000", "X-Forwarded-For": "203.0.113.7"}
        forwarded["X-Forwarded-Host"] = "api.example.com"
        assert await write(caller, Origin="https://api.example.com", **forwarded) == 200
        assert await write(caller, Origin="https://localhost", **forwarded) == 403
        assert await write(caller, Origin="https://upstream:8000", **forwarded) == 403
        assert await write(caller, Origin=FOREIGN, **forwarded) == 403


async def test_a_sandboxed_frame_writes_nothing_even_where_null_is_allowed(
    database_url: str,
) -> None:
    async with (
        running_service(database_url, cors_origins="null") as service,
        service.caller() as caller,
    ):
        assert await write(caller, Origin="null") == 403


async def test_for_real_a_page_over_plain_http_is_foreign(
    user: Caller, resources: Resources
) -> None:
    vars(resources.settings).update(environment="production")
    cookie = {"Cookie": f"__Host-session={user.client.cookies['session']}"}
    assert await write(user, Origin=BASE_URL, **cookie) == 403
    assert await write(user, Origin="https://localhost", **cookie) == 200


async def test_a_forgery_is_recorded(user: Caller, resources: Resources) -> None:
    await write(user, Origin=FOREIGN)
    assert (await audited(resources, user.user.id))[-1] == "auth.csrf.denied"


# Being signed in to the attacker's account


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Referer": f"{BASE_URL}/login"}, 200),
        ({"Origin": FOREIGN}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": BASE_URL, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Referer": f"{FOREIGN}/"}, 403),
    ],
    ids=str,
)
async def test_a_foreign_page_cannot_sign_a_user_in(
    client: httpx2.AsyncClient, resources: Resources, headers: dict[str, str], status: int
) -> None:
    account = await make_user(resources)
    await give_password(resources, account)
    body = {"email": account.email, "password": PASSWORD}
    answer = await client.post(LOGIN_URL, json=body, headers=headers)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) is (status == 200)
    events = await audit_events(resources, "auth.csrf.denied")
    request_id = answer.headers["x-request-id"]
    assert [event.request_id for event in events].count(request_id) == (status == 403)


# Cross-origin reading


async def test_an_allowed_page_may_send_the_cookie_and_the_token(
    client: httpx2.AsyncClient,
) -> None:
    headers = {
        "Origin": ALLOWED,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-csrf-token",
    }
    answer = await client.options(ME, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "authorization" not in answer.headers["access-control-allow-headers"].lower()


async def test_a_foreign_page_reads_nothing(user: Caller) -> None:
    answer = await user.client.get(CSRF_URL, headers={"Origin": FOREIGN})
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_the_wildcard_lets_no_page_read_as_the_user(database_url: str) -> None:
    async with (
        running_service(database_url, cors_origins="*") as service,
        service.caller() as caller,
    ):
        answer = await caller.client.get(CSRF_URL, headers={"Origin": FOREIGN})
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["access-control-allow-origin"] == "*"
        assert await write(caller, Origin=FOREIGN) == 403
