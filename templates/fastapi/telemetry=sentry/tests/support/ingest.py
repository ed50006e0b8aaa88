"""Stands where Sentry is, and keeps what it is sent."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Ingest:
    """Stands where Sentry is, and keeps what it is sent."""

    def __init__(self, port: int) -> None:
        self.dsn = f"http://public@127.0.0.1:{port}/1"
        self.received: list[bytes] = []

    @property
    def events(self) -> list[dict[str, Any]]:
        lines = [line for body in self.received for line in body.splitlines() if line]
        items = [json.loads(line) for line in lines]
        return [item for item in items if "exception" in item]


@contextmanager
def ingest() -> Iterator[Ingest]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            is_packed = self.headers.get("content-encoding") == "gzip"
            sentry.received.append(gzip.decompress(body) if is_packed else body)
            sentry.received.append(json.dumps(dict(self.headers)).encode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sentry = Ingest(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield sentry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
