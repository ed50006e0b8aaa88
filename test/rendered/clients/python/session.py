import os

from client import AuthenticatedClient, Client
from client.api.auth import sign_in as send
from client.models import SignedIn, SignIn

URL = os.environ["URL"]
# What a browser adds by itself.
ORIGIN = {"Origin": URL}


def sign_in() -> AuthenticatedClient:
    client = Client(base_url=URL, headers=ORIGIN)
    body = SignIn(email=os.environ["EMAIL"], password=os.environ["PASSWORD"])
    answer = send.sync(client=client, body=body)
    assert isinstance(answer, SignedIn), answer
    return AuthenticatedClient(
        base_url=URL,
        headers=ORIGIN,
        cookies=dict(client.get_httpx_client().cookies),
        token=answer.csrf_token,
        prefix="",
        auth_header_name="X-CSRF-Token",
    )


def refresh(client: AuthenticatedClient) -> AuthenticatedClient:
    return client
