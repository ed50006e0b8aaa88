import os

from client import AuthenticatedClient, Client
from client.api.auth import issue_tokens
from client.models import TokenPair, TokenRequest, TokenRequestGrantType

URL = os.environ["URL"]
pairs: list[TokenPair] = []


def take(request: TokenRequest) -> AuthenticatedClient:
    pair = issue_tokens.sync(client=Client(base_url=URL), body=request)
    assert isinstance(pair, TokenPair), pair
    pairs.append(pair)
    return AuthenticatedClient(base_url=URL, token=pair.access_token)


def sign_in() -> AuthenticatedClient:
    return take(
        TokenRequest(
            grant_type=TokenRequestGrantType.PASSWORD,
            username=os.environ["EMAIL"],
            password=os.environ["PASSWORD"],
        )
    )


def refresh(_client: AuthenticatedClient) -> AuthenticatedClient:
    return take(
        TokenRequest(
            grant_type=TokenRequestGrantType.REFRESH_TOKEN, refresh_token=pairs[-1].refresh_token
        )
    )
