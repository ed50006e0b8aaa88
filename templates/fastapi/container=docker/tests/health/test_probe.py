"""The probe of a container: what it takes for life."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from app.health import probe


class _Answers(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/live" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Answers]]:
    """Start a server in place of the service."""
    answers = type("Answers", (_Answers,), {})
    with http.server.HTTPServer(("127.0.0.1", 0), answers) as server:
        monkeypatch.setenv("PORT", str(server.server_port))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield answers
        server.shutdown()


def test_a_service_that_answers_lives(answers: type[_Answers]) -> None:
    assert answers.status == 200
    assert probe.main() == 0


def test_a_service_that_fails_does_not(answers: type[_Answers]) -> None:
    answers.status = 503
    assert probe.main() == 1


def test_nobody_at_the_port_is_no_life(
    answers: type[_Answers], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers.status == 200
    monkeypatch.setenv("PORT", "1")
    assert probe.main() == 1
