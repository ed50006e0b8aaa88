# /// script
# dependencies = ["requests-oauthlib==2.0.0", "authlib==1.9.10", "requests==2.34.2"]
# ///
"""Signs in, refreshes and signs out with two clients of OAuth as they come, without code of ours.

The address of the service and a user name; the password is in the environment.
"""

import os
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import InvalidGrantError, LegacyApplicationClient
from requests_oauthlib import OAuth2Session

url, username = sys.argv[1:]
password = os.environ["CLIENT_PASSWORD"]
TOKEN, REVOKE = f"{url}/api/v1/auth/token", f"{url}/api/v1/auth/revoke"
ME = f"{url}/api/v1/users/me"


def expect(what: object, wanted: object) -> None:
    if what != wanted:
        raise SystemExit(f"{what!r} is not {wanted!r}")


def with_requests_oauthlib() -> None:
    kept: list[dict[str, object]] = []
    session = OAuth2Session(
        client=LegacyApplicationClient(client_id="walk"),
        auto_refresh_url=TOKEN,
        auto_refresh_kwargs={"client_id": "walk"},
        token_updater=kept.append,
    )
    first = dict(session.fetch_token(TOKEN, username=username, password=password))
    expect(session.get(ME).json()["email"], username)
    # As if its time had passed: the client refreshes on its own.
    session.token = {**first, "expires_in": -1, "expires_at": 1}
    expect(session.get(ME).status_code, 200)
    expect(len(kept), 1)
    expect(kept[0]["refresh_token"] != first["refresh_token"], True)
    form = {"token": kept[0]["refresh_token"], "token_type_hint": "refresh_token"}
    expect(session.post(REVOKE, data=form, withhold_token=True).status_code, 200)
    expect(session.get(ME).status_code, 401)
    try:
        session.refresh_token(TOKEN, refresh_token=kept[0]["refresh_token"])
    except InvalidGrantError:
        return
    raise SystemExit("a revoked token was refreshed")


def with_authlib() -> None:
    kept: list[dict[str, object]] = []
    session = AuthlibSession(
        client_id="walk",
        token_endpoint_auth_method="none",
        token_endpoint=TOKEN,
        update_token=lambda token, **_: kept.append(dict(token)),
    )
    first = dict(session.fetch_token(TOKEN, username=username, password=password))
    expect(session.get(ME).json()["email"], username)
    session.token = {**first, "expires_at": 1}
    expect(session.get(ME).status_code, 200)
    expect(len(kept), 1)
    expect(kept[0]["refresh_token"] != first["refresh_token"], True)
    answer = session.revoke_token(
        REVOKE, token=kept[0]["refresh_token"], token_type_hint="refresh_token"
    )
    expect(answer.status_code, 200)
    expect(session.get(ME).status_code, 401)


with_requests_oauthlib()
with_authlib()
