"""An identity provider on this machine: discovery, keys, their rotation, and outages."""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

AUDIENCE: Final = "demo-audience"
DISCOVERY: Final = "/realms/test/.well-known/openid-configuration"
JWKS: Final = "/realms/test/keys"

_jws: Final = jwt.PyJWS()
_jws.register_algorithm("Ed25519", OKPAlgorithm())


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: some tests disconnect on purpose."""


class Provider:
    """Signs tokens and serves its public keys; `requests` counts what is asked of it."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.delay = 0.0
        self.private_keys: dict[str, RSAPrivateKey] = {}
        self.key_id = ""
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/realms/test"
        self.rotate()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def rotate(self, *, withdraw: bool = False) -> None:
        """Sign with a new key from now on, and serve the earlier ones too unless withdrawn."""
        if withdraw:
            self.private_keys.clear()
        self.key_id = uuid4().hex
        self.private_keys[self.key_id] = generate_private_key(65537, 2048)
        self.publish()

    def publish(self, *, keys: list[dict[str, Any]] | None = None, **document: Any) -> None:
        """Serve the keys and the discovery document, or others in their place."""
        base = self.issuer.removesuffix("/realms/test")
        discovery = {"issuer": self.issuer, "jwks_uri": base + JWKS, **document}
        self.answers[DISCOVERY] = (200, json.dumps(discovery).encode())
        served = self.public_keys() if keys is None else keys
        self.answers[JWKS] = (200, json.dumps({"keys": served}).encode())

    def public_keys(self) -> list[dict[str, Any]]:
        return [
            {
                **RSAAlgorithm.to_jwk(key.public_key(), as_dict=True),
                "kid": key_id,
                "use": "sig",
                "alg": "RS256",
            }
            for key_id, key in self.private_keys.items()
        ]

    def fail(self) -> None:
        """Answer nothing but errors."""
        self.answers = {}

    def claims(self, subject: str, /, **claims: Any) -> dict[str, Any]:
        """Make the claims of an access token (RFC 9068, 2.2); None leaves one out."""
        at = int(time.time())
        all_claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": AUDIENCE,
            "iat": at,
            "exp": at + 300,
            "jti": uuid4().hex,
            "client_id": "test-client",
            **claims,
        }
        return {name: value for name, value in all_claims.items() if value is not None}

    def token(self, subject: str, headers: dict[str, Any] | None = None, /, **claims: Any) -> str:
        """Sign an access token."""
        return self.sign(self.claims(subject, **claims), headers)

    def sign(self, claims: dict[str, Any], headers: dict[str, Any] | None = None) -> str:
        """Sign any claims with the current key. A header that is None is left out."""
        given = {"typ": "at+jwt", "kid": self.key_id, **(headers or {})}
        return signed(json.dumps(claims).encode(), self.private_keys[self.key_id], "RS256", **given)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.requests[self.path] += 1
                time.sleep(provider.delay)
                status, body = provider.answers.get(self.path, (503, b"{}"))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", body.decode())
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider for a test of its own."""
    provider = Provider()
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


def signed(payload: bytes, key: Any, algorithm: str, **headers: Any) -> str:
    """Sign any bytes with any key. A header that is None is left out."""
    kept = {name: value for name, value in headers.items() if value is not None}
    return _jws.encode(payload, key, algorithm, headers={"typ": "", **kept})


def unsigned(claims: dict[str, Any], headers: dict[str, Any], signature: bytes = b"") -> str:
    """Put a token together by hand, as an attacker does."""
    parts = [json.dumps(headers).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
