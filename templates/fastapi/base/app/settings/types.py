"""How each kind of setting is parsed, and which values production refuses."""

import base64
import binascii
import hashlib
import ipaddress
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from app.security.origins import origin_of
from app.settings.rules import Confidential, InProduction

MIN_SECRET_BYTES: Final = 32
MIN_SECRET_ENTROPY_BITS: Final = 128
ENCRYPTION_KEY_BYTES: Final = 32
MAX_REQUESTS_A_MINUTE: Final = 10_000
_PLACEHOLDER: Final = re.compile(
    r"change|replace|example|secret|password|placeholder|default", re.IGNORECASE
)
# Scheme, host and port, and nothing behind them.
_ORIGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://[^\s/?#@*\\]+/?")
# Pages of these schemes have the origin `null`, or cannot send requests.
_NO_ORIGIN: Final = {"about", "blob", "data", "file", "ftp", "javascript", "ws", "wss"}
_ROOT_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")
# Below these, anyone can register a name: example.co.uk, example.com.br.
_REGISTRY_LABELS: Final = {"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"}
# And below these, hosting providers do.
_HOSTING_DOMAINS: Final = {
    "amazonaws.com",
    "appspot.com",
    "azurewebsites.net",
    "cloudfront.net",
    "fly.dev",
    "github.io",
    "herokuapp.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "run.app",
    "up.railway.app",
    "vercel.app",
    "workers.dev",
}
# 10.0.0.0/8 and fc00::/7 are whole private networks; beyond them, a proxy is in a smaller one.
_WIDEST_IPV4: Final = 8
_WIDEST_IPV6: Final = 16
_PRIVATE_IPV6: Final = ipaddress.IPv6Network("fc00::/7")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def _split(value: object) -> object:
    """Split a comma-separated list; other types are left to the next validator."""
    if isinstance(value, str):
        return tuple(item for part in value.split(",") if (item := part.strip()))
    return value


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


Text = Annotated[str, AfterValidator(_not_blank)]


# Secrets


def _not_empty(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value():
        raise ValueError("must not be empty")
    return secret


def _entropy_bits(codes: Sequence[int]) -> float:
    """Shannon entropy of the values times their number: at most this much was random."""
    shares = [count / len(codes) for count in Counter(codes).values()]
    return -len(codes) * sum(share * math.log2(share) for share in shares)


def _is_predictable(secret: bytes) -> bool:
    """Return whether a secret has few distinct characters, counts up, or repeats itself."""
    once = secret[: (secret + secret).find(secret, 1)]
    steps = [after - before for before, after in pairwise(once)]
    return min(map(_entropy_bits, (once, steps))) < MIN_SECRET_ENTROPY_BITS


def weakness(secret: SecretStr) -> str | None:
    """Return why a secret can be guessed; None if it cannot."""
    text = secret.get_secret_value()
    if len(text.encode()) < MIN_SECRET_BYTES:
        return f"is shorter than {MIN_SECRET_BYTES} bytes"
    if _PLACEHOLDER.search(text):
        return "is a placeholder; `python -m app rotate-keys` prints a fresh one"
    if _is_predictable(text.encode()):
        return "is too predictable; `python -m app rotate-keys` prints a fresh one"
    return None


def _any_weak(secrets: tuple[SecretStr, ...]) -> str | None:
    return next((fault for secret in secrets if (fault := weakness(secret))), None)


Secret = Annotated[SecretStr, AfterValidator(_not_empty), InProduction(weakness), Confidential()]
Secrets = Annotated[
    tuple[SecretStr, ...],
    NoDecode,
    BeforeValidator(_split),
    InProduction(_any_weak),
    Confidential(),
]


@dataclass(frozen=True)
class EncryptionKey:
    """An AES-256 key (32 bytes); `id` is the first 8 hex digits of its SHA-256."""

    material: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return hashlib.sha256(self.material).hexdigest()[:8]


def _parse_encryption_keys(value: object) -> object:
    items = _split(value)
    if not isinstance(items, tuple) or not items:
        raise ValueError("must hold at least one key")
    try:
        keys = [base64.b64decode(str(item), validate=True) for item in items]
    except binascii.Error:
        raise ValueError("must be base64") from None
    if any(len(key) != ENCRYPTION_KEY_BYTES for key in keys):
        raise ValueError(f"must be base64 of {ENCRYPTION_KEY_BYTES} bytes each")
    return tuple(EncryptionKey(key) for key in keys)


def _predictable_keys(keys: tuple[EncryptionKey, ...]) -> str | None:
    if any(_is_predictable(key.material) for key in keys):
        return "is too predictable; `python -m app rotate-keys` prints a fresh one"
    return None


EncryptionKeys = Annotated[
    tuple[EncryptionKey, ...],
    NoDecode,
    BeforeValidator(_parse_encryption_keys),
    InProduction(_predictable_keys),
    Confidential(),
]


# The network


def _parse_origin(text: str) -> str:
    """Normalise an origin as browsers do: of a web site, or of an app with its own scheme."""
    if text in {"*", "null"}:
        return text
    match = _ORIGIN.fullmatch(text)
    origin = origin_of(text) if match else None
    if match is None or origin is None or match[1].lower() in _NO_ORIGIN:
        raise ValueError(
            "must hold origins such as https://app.example.com or capacitor://localhost, each by "
            "its full name and without path, query or credentials"
        )
    return origin


def _unsafe_origins(origins: tuple[str, ...]) -> str | None:
    if "*" in origins:
        return "must name each origin: * lets every web site in"
    if "null" in origins:
        return "must not hold null: every sandboxed frame has that origin"
    if any(origin.startswith("http://") for origin in origins):
        return "must hold https:// origins only"
    return None


def _parse_host(text: str) -> str:
    if not re.fullmatch(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", text):
        raise ValueError("must hold host names such as api.example.com, without scheme or port")
    return text.lower()


def _unsafe_hosts(hosts: tuple[str, ...]) -> str | None:
    if not hosts:
        return "must name the hosts that the service answers for"
    if "*" in hosts:
        return "must name each host: * accepts a forged Host header"
    if any(host.startswith("*.") and _is_anybodys(host[2:]) for host in hosts):
        return "must not contain a wildcard under which anyone can register a name"
    return None


def _is_anybodys(domain: str) -> bool:
    """Return whether anyone can register a name below a domain."""
    labels = domain.strip(".").split(".")
    of_a_country = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRY_LABELS
    return len(labels) == 1 or of_a_country or domain in _HOSTING_DOMAINS


def _parse_root_path(text: str) -> str:
    path = text.rstrip("/")
    if not _ROOT_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise ValueError("must be a path such as /orders, without the host")
    return path


def _parse_network(text: str) -> "Network":
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("must hold addresses or CIDRs such as 10.0.0.0/8") from None


def _too_wide(networks: "tuple[Network, ...]") -> str | None:
    if any(_is_too_wide(network) for network in networks):
        return "must name the proxies: a range this wide lets anyone forge an address"
    return None


def _is_too_wide(network: "Network") -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return network.prefixlen < _WIDEST_IPV4
    return network.prefixlen < _WIDEST_IPV6 and not network.subnet_of(_PRIVATE_IPV6)


Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_parse_origin)], ...],
    NoDecode,
    BeforeValidator(_split),
    InProduction(_unsafe_origins),
]
Hosts = Annotated[
    tuple[Annotated[str, AfterValidator(_parse_host)], ...],
    NoDecode,
    BeforeValidator(_split),
    InProduction(_unsafe_hosts),
]
RootPath = Annotated[str, AfterValidator(_parse_root_path)]
Networks = Annotated[
    tuple[Annotated[Network, BeforeValidator(_parse_network)], ...],
    NoDecode,
    BeforeValidator(_split),
    InProduction(_too_wide),
]


# Rates


@dataclass(frozen=True)
class Rate:
    """A number of requests per window; parsed from text such as `5/minute`."""

    requests: int
    seconds: int


def _parse_rate(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"([1-9]\d{0,6})/(second|minute|hour|day)", value.strip())
    if match is None:
        raise ValueError("must look like 5/minute (second, minute, hour or day)")
    return Rate(int(match[1]), _SECONDS[match[2]])


def _too_fast(rate: Rate) -> str | None:
    if rate.requests * 60 > MAX_REQUESTS_A_MINUTE * rate.seconds:
        return f"must be at most {MAX_REQUESTS_A_MINUTE}/minute: beyond it, nobody is slowed down"
    return None


RateLimit = Annotated[Rate, NoDecode, BeforeValidator(_parse_rate), InProduction(_too_fast)]


# Contacts for vulnerabilities: each is one word, so that none can start another field of the file.

_ADDRESS: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_CONTACT: Final = re.compile(
    r"(?:https://|mailto:[A-Za-z0-9._+%-]+@|tel:\+)[A-Za-z0-9._~:/?#\[\]@!$&'()*+;=%-]+"
)
_HTTPS_URL: Final = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+;=%-]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def _check_contacts(contacts: tuple[str, ...]) -> tuple[str, ...]:
    uris = tuple(f"mailto:{text}" if _ADDRESS.fullmatch(text) else text for text in contacts)
    if not all(map(_CONTACT.fullmatch, uris)):
        raise ValueError("must hold e-mail addresses, or https:, mailto: or tel: URIs")
    return uris


def _check_https_urls(urls: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(_HTTPS_URL.fullmatch, urls)):
        raise ValueError("must hold https:// URLs")
    return urls


def _check_languages(tags: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(_LANGUAGE.fullmatch, tags)):
        raise ValueError("must hold language tags, such as en or pt-BR")
    return tags


_Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Contacts = Annotated[_Words, AfterValidator(_check_contacts)]
HttpsUrls = Annotated[_Words, AfterValidator(_check_https_urls)]
Languages = Annotated[_Words, AfterValidator(_check_languages)]
