"""Where a request comes from, as far as accounts remember it."""

import ipaddress
from typing import Annotated

from fastapi import Depends, Request


async def _client_address(request: Request) -> str | None:
    host = request.client.host if request.client else ""
    try:
        # Without the zone of a link-local address, which is a name on this machine.
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return None


ClientAddress = Annotated[str | None, Depends(_client_address)]
