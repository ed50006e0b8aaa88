import os

from client import AuthenticatedClient


def sign_in() -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=os.environ["URL"],
        token=os.environ["CREDENTIAL"],
        prefix="",
        auth_header_name="X-API-Key",
    )


def refresh(client: AuthenticatedClient) -> AuthenticatedClient:
    return client
