"""A worker as it runs in production: a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.resources import Resources
from tests.support.environment import ENVIRONMENT

_ROOT: Final = Path(__file__).parents[2]
_IMPATIENT: Final = """
import sys
from app.jobs import broker, worker
broker.ABANDONED_AFTER_SECONDS = 1
worker.DRAIN_SECONDS = 1
from app.__main__ import main
sys.exit(main(["work"]))
"""


class Worker:
    """A process that runs `python -m app work`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def kill(self) -> None:
        """End it in the midst of whatever it does."""
        self._process.kill()
        self._process.wait()

    def ask_to_stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def exit_code(self) -> int:
        """Wait until it has ended."""
        return self._process.wait(timeout=20)


@contextmanager
def worker_process(
    resources: Resources, directory: Path, *, impatient: bool = False, **variables: str
) -> Iterator[Worker]:
    """Run a worker beside a service; an impatient one gives jobs a second, others' and its own."""
    environment = {
        **ENVIRONMENT,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(_ROOT),
        "DATABASE_URL": resources.settings.database_url.get_secret_value(),
        "REDIS_KEY_PREFIX": resources.settings.redis_key_prefix,
        "MAIL_DIR": str(directory / "mail"),
        **variables,
    }
    command = [sys.executable, *(["-c", _IMPATIENT] if impatient else ["-m", "app", "work"])]
    process = subprocess.Popen(command, cwd=directory, env=environment)  # noqa: S603
    try:
        yield Worker(process)
    finally:
        process.kill()
        process.wait()
