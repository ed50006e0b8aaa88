"""`work`: runs the jobs of the service until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import signal

import uvloop

from app.commands import Commands, add_command
from app.jobs.worker import work
from app.logging import configure_logging
from app.resources import open_resources
from app.settings import Settings, load_settings
from app.telemetry.listener import check_port
from app.telemetry.start import run_telemetry


def add_to(commands: Commands) -> None:
    add_command(commands, "work", "Do the jobs of the service, such as sending mails.", run)


def run(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    check_port(settings)
    configure_logging(settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop, debug=settings.debug) as runner:
        runner.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_resources(settings) as resources, run_telemetry(resources):
        await work(resources, stop)
