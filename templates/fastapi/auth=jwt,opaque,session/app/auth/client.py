"""The client address that accounts remember."""

import ipaddress
from typing import Annotated

from fastapi import Depends, Request


async def _client_address(request: Request) -> str | None:
    host = request.client.host if request.client else ""
    try:
        # Without the zone of a link-local address, which only this machine knows.
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return None


ClientAddress = Annotated[str | None, Depends(_client_address)]
