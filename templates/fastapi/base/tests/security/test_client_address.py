"""Forwarding headers are trusted from trusted proxies only."""

from typing import Any

import pytest

from app.security.client_address import ClientAddress
from app.security.logged_address import logged_address
from tests.support.service import settings_for

TRUSTED = "10.0.0.0/8,2001:db8:aaaa::/48,192.0.2.250"
PROXY = "10.0.0.1"
FOR = "X-Forwarded-For"
PROTO = "X-Forwarded-Proto"
HOST = "X-Forwarded-Host"


@pytest.fixture(scope="module")
def client_address(migrated_url: str) -> ClientAddress:
    return ClientAddress(settings_for(migrated_url, trusted_proxies=TRUSTED).trusted_proxies)


def _scope(peer: str | None, *fields: tuple[str, str]) -> dict[str, Any]:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    client = None if peer is None else (peer, 4711)
    return {"type": "http", "client": client, "scheme": "http", "headers": headers}


def _seen(client_address: ClientAddress, peer: str, *fields: tuple[str, str]) -> str:
    scope = _scope(peer, *fields)
    client_address.resolve(scope)
    address: str = scope["client"][0]
    return address


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ([(FOR, "192.0.2.7")], "192.0.2.7"),
        ([(FOR, " 192.0.2.7 ")], "192.0.2.7"),
        ([(FOR, "192.0.2.7:4711")], "192.0.2.7"),
        ([(FOR, "2001:db8::7")], "2001:db8::7"),
        ([(FOR, "2001:DB8:0::7")], "2001:db8::7"),
        ([(FOR, "[2001:db8::7]")], "2001:db8::7"),
        ([(FOR, "[2001:db8::7]:4711")], "2001:db8::7"),
        ([(FOR, "::ffff:192.0.2.7")], "192.0.2.7"),
        ([(FOR, "192.0.2.7, 10.0.0.2")], "192.0.2.7"),
        ([(FOR, "192.0.2.7"), (FOR, "10.0.0.2")], "192.0.2.7"),
        ([(FOR, "192.0.2.7, 192.0.2.250, 2001:db8:aaaa::1")], "192.0.2.7"),
        ([(FOR, "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
        ([("Forwarded", "for=192.0.2.7")], "192.0.2.7"),
        ([("Forwarded", 'For="192.0.2.7:4711"; Proto=https;by=10.0.0.1')], "192.0.2.7"),
        ([("Forwarded", 'for="[2001:db8::7]:4711"')], "2001:db8::7"),
        ([("Forwarded", 'for=192.0.2.7;host="a.example", for=10.0.0.2')], "192.0.2.7"),
        ([("Forwarded", "for=192.0.2.7"), (FOR, "192.0.2.7")], "192.0.2.7"),
    ],
)
def test_a_trusted_proxy_tells_who_calls(
    client_address: ClientAddress, fields: list[tuple[str, str]], seen: str
) -> None:
    assert _seen(client_address, PROXY, *fields) == seen


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        # What the client wrote stands to the left of what the proxy added.
        ([(FOR, "203.0.113.66, 192.0.2.7")], "192.0.2.7"),
        ([(FOR, "203.0.113.66"), (FOR, "192.0.2.7")], "192.0.2.7"),
        ([(FOR, "203.0.113.66, 10.0.0.9, 192.0.2.7, 10.0.0.2")], "192.0.2.7"),
        ([(FOR, "10.0.0.9, 192.0.2.7")], "192.0.2.7"),
        ([("Forwarded", "for=203.0.113.66, for=192.0.2.7")], "192.0.2.7"),
        ([("Forwarded", 'for="203.0.113.66, for=192.0.2.7')], "192.0.2.7"),
        # The proxy writes one field, and hands the other on as the client sent it.
        ([("Forwarded", "for=203.0.113.66"), (FOR, "192.0.2.7")], PROXY),
        ([(FOR, "203.0.113.66"), ("Forwarded", "for=192.0.2.7")], PROXY),
        # Text of the client's inside an element of the proxy's.
        ([("Forwarded", 'for=192.0.2.7;host="a;for=203.0.113.66"')], PROXY),
        ([("Forwarded", 'for=192.0.2.7;host="a,for=203.0.113.66"')], PROXY),
        ([("Forwarded", 'for=192.0.2.7;host="a,for=203.0.113.66;b=\\""')], PROXY),
        ([("Forwarded", "for=192.0.2.7;for=203.0.113.66")], PROXY),
        ([("Forwarded", "xfor=203.0.113.66")], PROXY),
        # Garbage ends the chain at the last hop that could be read.
        ([(FOR, "203.0.113.66, garbage, 10.0.0.2")], "10.0.0.2"),
        ([(FOR, "garbage")], PROXY),
        ([(FOR, "")], PROXY),
        ([(FOR, ",,")], PROXY),
        ([(FOR, "unknown")], PROXY),
        ([(FOR, "192.0.2.7/24")], PROXY),
        ([(FOR, "192.0.2.007")], PROXY),
        ([(FOR, "3232235777")], PROXY),
        ([(FOR, "localhost")], PROXY),
        ([(FOR, "\u00b2")], PROXY),
        ([(FOR, "192.0.2.7\x00")], PROXY),
        ([("Forwarded", "for=_hidden")], PROXY),
        ([("Forwarded", "for=unknown")], PROXY),
        ([("Forwarded", "proto=https")], PROXY),
        ([("Forwarded", ";;,==")], PROXY),
        ([("X-Real-IP", "203.0.113.66"), ("True-Client-IP", "203.0.113.66")], PROXY),
        ([("Client-IP", "203.0.113.66"), ("X-Client-IP", "203.0.113.66")], PROXY),
    ],
)
def test_forwarding_headers_of_clients_are_ignored(
    client_address: ClientAddress, fields: list[tuple[str, str]], seen: str
) -> None:
    assert _seen(client_address, PROXY, *fields) == seen


@pytest.mark.parametrize("peer", ["192.0.2.1", "11.0.0.1", "2001:db8::1"])
def test_an_untrusted_peer_keeps_its_address(client_address: ClientAddress, peer: str) -> None:
    fields = [
        (FOR, "203.0.113.66"),
        ("Forwarded", "for=203.0.113.66;proto=https;host=evil.example"),
        (PROTO, "https"),
        ("Host", "api.example.com"),
        (HOST, "evil.example"),
    ]
    scope = _scope(peer, *fields)
    client_address.resolve(scope)
    assert scope == _scope(peer, *fields)


def test_an_ipv4_peer_of_an_ipv6_socket_is_an_ipv4_peer(client_address: ClientAddress) -> None:
    assert _seen(client_address, "::ffff:192.0.2.1") == "192.0.2.1"
    assert _seen(client_address, "::ffff:10.0.0.1", (FOR, "192.0.2.7")) == "192.0.2.7"


def test_without_trusted_proxies_forwarding_headers_are_ignored() -> None:
    assert _seen(ClientAddress(()), "127.0.0.1", (FOR, "203.0.113.66")) == "127.0.0.1"


@pytest.mark.parametrize("peer", [None, "/run/service.sock", "testclient"])
def test_a_peer_without_an_address_is_left_alone(
    client_address: ClientAddress, peer: str | None
) -> None:
    scope = _scope(peer, (FOR, "203.0.113.66"))
    client_address.resolve(scope)
    assert scope == _scope(peer, (FOR, "203.0.113.66"))


@pytest.mark.parametrize(
    ("fields", "scheme"),
    [
        ([(FOR, "192.0.2.7"), (PROTO, "https")], "https"),
        ([(FOR, "192.0.2.7"), (PROTO, "HTTPS")], "https"),
        ([(FOR, "192.0.2.7, 10.0.0.2"), (PROTO, "https")], "https"),
        ([(FOR, "192.0.2.7, 10.0.0.2"), (PROTO, "https, http")], "https"),
        ([(FOR, "203.0.113.66, 192.0.2.7"), (PROTO, "https, http")], "http"),
        ([(FOR, "192.0.2.7"), (PROTO, "https, http")], "http"),
        ([("Forwarded", "for=192.0.2.7;proto=https")], "https"),
        ([("Forwarded", "for=192.0.2.7;proto=https, for=10.0.0.2")], "https"),
        # What is said of a proxy is not said of its client.
        ([("Forwarded", "for=192.0.2.7, for=10.0.0.2;proto=https")], None),
        ([(FOR, "192.0.2.7"), (PROTO, "gopher")], None),
        ([(FOR, "192.0.2.7"), (PROTO, "")], None),
        ([(FOR, "192.0.2.7")], None),
        ([("Forwarded", "for=192.0.2.7;proto=https"), (PROTO, "https")], "https"),
        ([("Forwarded", "for=192.0.2.7;proto=gopher"), (PROTO, "https")], None),
    ],
)
def test_the_scheme_is_the_one_that_the_client_used(
    client_address: ClientAddress, fields: list[tuple[str, str]], scheme: str | None
) -> None:
    scope = _scope(PROXY, *fields)
    client_address.resolve(scope)
    assert scope.get("state", {}).get("forwarded_scheme") == scheme
    assert scope["scheme"] == (scheme or "http")


@pytest.mark.parametrize(
    "fields",
    [
        [(PROTO, "http")],
        [(PROTO, " HTTP ")],
        [(PROTO, "https, http")],
        [(PROTO, "https"), (PROTO, "http")],
        [(FOR, ""), (PROTO, "http")],
        [(FOR, "unknown"), (PROTO, "http")],
        [(FOR, "203.0.113.66, garbage"), (PROTO, "https, http")],
        [(FOR, "garbage, 10.0.0.2"), (PROTO, "http, https")],
        [("Forwarded", "proto=http")],
        [("Forwarded", "for=unknown;proto=http")],
        [("Forwarded", "for=_hidden;proto=HTTP")],
        [("Forwarded", 'for=192.0.2.7;proto=http;host="a;b"')],
        [("Forwarded", "for=192.0.2.7;proto=http;proto=https")],
        [("Forwarded", "for=203.0.113.66;proto=https, proto=http")],
        # The proxy sets one field, and forwards the other as the client sent it.
        [(FOR, "192.0.2.7"), (PROTO, "http"), ("Forwarded", "for=192.0.2.7;proto=https")],
        [(FOR, "192.0.2.7"), (PROTO, "http"), ("Forwarded", "for=203.0.113.66")],
        [(PROTO, "http"), ("Forwarded", "for=203.0.113.66;proto=https")],
        [(FOR, "203.0.113.66"), (PROTO, "https"), ("Forwarded", "for=192.0.2.7;proto=http")],
        [(PROTO, "https"), ("Forwarded", "for=192.0.2.7;proto=http")],
    ],
)
def test_no_client_can_hide_that_it_called_in_the_clear(
    client_address: ClientAddress, fields: list[tuple[str, str]]
) -> None:
    scope = _scope(PROXY, *fields)
    client_address.resolve(scope)
    assert scope["state"]["forwarded_scheme"] == "http"


@pytest.mark.parametrize(
    ("fields", "host"),
    [
        ([(FOR, "192.0.2.7"), (HOST, "api.example.com")], "api.example.com"),
        ([(FOR, "192.0.2.7, 10.0.0.2"), (HOST, "api.example.com")], "api.example.com"),
        ([(FOR, "192.0.2.7, 10.0.0.2"), (HOST, "api.example.com, inner")], "api.example.com"),
        # What the client wrote stands to the left of what the proxy added.
        (
            [(FOR, "203.0.113.66, 192.0.2.7"), (HOST, "evil.example, api.example.com")],
            "api.example.com",
        ),
        ([(FOR, "192.0.2.7"), (HOST, "evil.example, api.example.com")], "api.example.com"),
        ([("Forwarded", "for=192.0.2.7;host=api.example.com")], "api.example.com"),
        ([("Forwarded", 'for=192.0.2.7;host="api.example.com:8443"')], "api.example.com:8443"),
        (
            [("Forwarded", "for=192.0.2.7;host=api.example.com, for=10.0.0.2;host=inner")],
            "api.example.com",
        ),
        ([("Forwarded", "for=192.0.2.7, for=10.0.0.2;host=inner")], "upstream"),
        ([(FOR, "192.0.2.7")], "upstream"),
        ([(FOR, "192.0.2.7"), (HOST, "")], "upstream"),
        ([(HOST, "evil.example")], "upstream"),
        (
            [
                (FOR, "192.0.2.7"),
                (HOST, "a.example"),
                ("Forwarded", "for=192.0.2.7;host=b.example"),
            ],
            "upstream",
        ),
    ],
)
def test_the_host_is_the_one_that_the_client_asked_for(
    client_address: ClientAddress, fields: list[tuple[str, str]], host: str
) -> None:
    scope = _scope(PROXY, ("Host", "upstream"), *fields)
    client_address.resolve(scope)
    assert [value.decode() for name, value in scope["headers"] if name == b"host"] == [host]


def test_a_chain_without_end_is_read_from_its_end(client_address: ClientAddress) -> None:
    for field, hop in ((FOR, ""), ("Forwarded", "for=")):
        hops = ["203.0.113.66", *["10.0.0.2"] * 3_000]
        scope = _scope(PROXY, (field, ", ".join(f"{hop}{address}" for address in hops)))
        client_address.resolve(scope)
        # No chain of proxies is this long: entries before them are not trusted.
        assert scope["client"][0] == "10.0.0.2"


def test_an_address_is_logged_without_an_interface_of_this_machine() -> None:
    scope = {"client": ("fe80::1%eth0", 4711)}
    assert logged_address(scope, "full") == "fe80::1"
    assert logged_address(scope, "truncated") == "fe80::/48"
