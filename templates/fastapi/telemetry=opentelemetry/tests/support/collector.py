"""Stands where the collector of traces is, and keeps what it is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

Values = dict[str, str | int]


@dataclass(frozen=True)
class Received:
    """A span, as the collector reads it."""

    name: str
    kind: int
    trace_id: str
    span_id: str
    parent_id: str
    attributes: Values
    has_failed: bool
    seconds: float


class Collector:
    """Keeps what it is sent, and answers with `status`."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.status = 200
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []

    @property
    def spans(self) -> list[Received]:
        """Return all spans so far, in the order in which they ended."""
        return [
            Received(
                name=span.name,
                kind=span.kind,
                trace_id=span.trace_id.hex(),
                span_id=span.span_id.hex(),
                parent_id=span.parent_span_id.hex(),
                attributes=_values(span.attributes),
                has_failed=span.status.code == 2,
                seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
            )
            for request in self._requests()
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    @property
    def resources(self) -> list[Values]:
        """Return what is said of the process, with each batch."""
        requests = self._requests()
        return [_values(r.resource.attributes) for each in requests for r in each.resource_spans]

    @property
    def text(self) -> str:
        """Return everything that was sent, to search it."""
        return repr(self.paths) + repr(self.headers) + repr(self.bodies)

    def named(self, name: str) -> list[Received]:
        return [span for span in self.spans if span.name == name]

    def _requests(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in self.bodies]


def _values(attributes: "list[KeyValue]") -> Values:
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if collector.status == 200:
                collector.paths.append(self.path)
                collector.headers.append({k.lower(): v for k, v in self.headers.items()})
                collector.bodies.append(body)
            self.send_response(collector.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
