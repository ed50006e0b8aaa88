"""Workers: they do each job, and lose none with a process of theirs or with Redis."""

import asyncio
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from redis import Redis
from structlog.testing import capture_logs

from app.jobs import broker, queue, worker
from app.jobs.registry import JOBS
from app.resources import Resources
from app.security.encryption import FieldCipher
from app.settings.types import EncryptionKey
from app.state.connection import CONNECTIONS
from tests.support.factories import make_user
from tests.support.jobs import finish_jobs, retry_at_once
from tests.support.redis_server import Route, redis_server
from tests.support.server import free_port
from tests.support.service import running_service
from tests.support.worker import worker_process

ADDRESS = "ann@example.com"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the arguments with which the job `job` was done."""
    done: list[str] = []

    async def job(_resources: Resources, argument: str) -> None:
        done.append(argument)

    monkeypatch.setitem(JOBS, "job", job)
    return done


@asynccontextmanager
async def working(resources: Resources) -> AsyncIterator[asyncio.Event]:
    """Let a worker work in this process, until it is told to stop."""
    stop = asyncio.Event()
    task = asyncio.create_task(worker.work(resources, stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def in_redis(resources: Resources) -> list[dict[str, Any]]:
    """Return the jobs that are not done yet, as they lie in Redis."""
    await resources.jobs.sent()
    queued = resources.jobs.broker
    entries: Any = await queued.redis.xrange(queued.queue_name)
    return [json.loads(fields[b"data"]) for _, fields in entries]


@contextmanager
def mail_server(handler: object) -> Iterator[int]:
    """Run a mail server; give its port."""
    port = free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield port
    finally:
        server.stop()


async def becomes_true(check: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(200):
        if await check():
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_job_stays_in_redis_until_it_is_done(resources: Resources, done: list[str]) -> None:
    await resources.jobs.enqueue("job", "argument")
    assert len(await in_redis(resources)) == 1
    assert done == []
    await finish_jobs(resources)
    assert done == ["argument"]
    assert await in_redis(resources) == []


async def test_no_address_can_be_read_in_redis(resources: Resources) -> None:
    await resources.jobs.enqueue("send_password_reset", ADDRESS)
    (message,) = await in_redis(resources)
    assert message["args"][0] == "send_password_reset"
    assert "example" not in json.dumps(message)


@pytest.mark.parametrize(
    "forged", [{"task_id": "01a1fe69-e124-7493-81fa-64500f1f9135"}, {"args": ["job", "x"]}]
)
async def test_a_forged_job_is_not_run(
    resources: Resources, done: list[str], forged: dict[str, Any]
) -> None:
    await resources.jobs.enqueue("job", ADDRESS)
    (message,) = await in_redis(resources)
    queued = resources.jobs.broker
    await queued.redis.delete(queued.queue_name)
    await queued.redis.xadd(queued.queue_name, {"data": json.dumps({**message, **forged})})
    with capture_logs() as logs:
        await finish_jobs(resources)
    assert done == []
    assert [(line["event"], line["log_level"]) for line in logs] == [("job.lost", "error")]


MESSAGE = {"task_id": "x", "task_name": "job", "labels": {}, "args": ["job", "x"], "kwargs": {}}


async def test_an_invalid_entry_is_dropped_and_blocks_no_other(
    resources: Resources, done: list[str]
) -> None:
    queued = resources.jobs.broker
    forged: list[dict[str, Any]] = [
        {"task_name": "another"},
        {"args": []},
        {"args": ["job", {"x": 1}]},
        {"args": "job"},
        {"args": ["job", "x", "2"]},
        {"args": ["job", "x", True]},
        {"args": ["job", "x", 1]},
        {"args": ["job", "x", -9]},
        {"args": ["job", "x", 2, 2]},
        {"kwargs": {"x": 1}},
        {"labels": {"timeout": "never"}},
    ]
    poison: list[dict[Any, Any]] = [
        {"nonsense": "x"},
        {"data": ""},
        {"data": "not JSON"},
        {"data": b"\xff\xfe"},
        {"data": "[" * 100_000},
        {"data": "null"},
        *({"data": json.dumps({**MESSAGE, **changed})} for changed in forged),
    ]
    for fields in poison:
        await queued.redis.xadd(queued.queue_name, fields)
    await resources.jobs.enqueue("job", ADDRESS)
    with capture_logs() as logs:
        await finish_jobs(resources)
    assert done == [ADDRESS]
    lost = [line for line in logs if line["event"] == "job.lost"]
    assert [line["reason"] for line in lost] == ["it cannot be read"] * len(poison)


async def test_a_job_that_crashes_workers_is_dropped(
    resources: Resources, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "ABANDONED_AFTER_SECONDS", 0)
    await resources.jobs.enqueue("job", "deadly")
    await resources.jobs.sent()
    for _ in range(broker.MOST_DELIVERIES):
        # As a worker does that dies before it is done.
        dying = broker.Broker(resources.settings, 5.0)
        assert len(await dying._take()) == 1
        await dying.shutdown()
    await resources.jobs.enqueue("job", "harmless")
    with capture_logs() as logs:
        await finish_jobs(resources)
    assert done == ["harmless"]
    assert [line["reason"] for line in logs if line["event"] == "job.lost"] == [
        "every worker that took it ended"
    ]


async def test_a_job_that_fails_is_tried_again_after_longer_and_longer_pauses(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worker.FIRST_PAUSE_SECONDS == 1
    retry_at_once(monkeypatch)
    monkeypatch.setattr(worker, "FIRST_PAUSE_SECONDS", 0.1)
    begun: list[float] = []

    async def job(_resources: Resources, argument: str) -> None:
        assert argument == ADDRESS
        begun.append(time.monotonic())
        if len(begun) < 4:
            raise OSError

    monkeypatch.setitem(JOBS, "job", job)
    await resources.jobs.enqueue("job", ADDRESS)
    with capture_logs() as logs:
        await finish_jobs(resources)
    pauses = [after - before for before, after in pairwise(begun)]
    assert len(pauses) == 3
    assert all(pause >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True))
    assert [(line["event"], line["attempt"]) for line in logs] == [
        ("job.failed", number) for number in (1, 2, 3)
    ]


async def test_a_job_that_always_fails_is_tried_for_two_hours_dropped_and_logged(
    resources: Resources, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = [worker.FIRST_PAUSE_SECONDS * 2**number for number in range(worker.ATTEMPTS - 1)]
    assert sum(pauses) > 2 * 3_600
    retry_at_once(monkeypatch)

    async def bad(_resources: Resources, _argument: str) -> None:
        raise ValueError

    monkeypatch.setitem(JOBS, "bad", bad)
    await resources.jobs.enqueue("bad", ADDRESS)
    await resources.jobs.enqueue("job", "harmless")
    with capture_logs() as logs:
        await finish_jobs(resources)
    assert done == ["harmless"]
    failed = [line["attempt"] for line in logs if line["event"] == "job.failed"]
    assert failed == list(range(1, worker.ATTEMPTS + 1))
    assert [(line["job"], line["log_level"]) for line in logs if line["event"] == "job.lost"] == [
        ("bad", "error")
    ]
    assert ADDRESS not in str(logs)


async def test_a_job_that_is_to_be_tried_again_is_left_to_the_next_worker(
    resources: Resources, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def bad(_resources: Resources, argument: str) -> None:
        raise ValueError(argument)

    queued = resources.jobs.broker
    with monkeypatch.context() as patch:
        patch.setitem(JOBS, "job", bad)
        await resources.jobs.enqueue("job", ADDRESS)
        async with working(resources):

            async def is_put_back() -> bool:
                return await queued.redis.xlen(queued.queue_name) == 0

            await resources.jobs.sent()
            assert await becomes_true(is_put_back)
    assert await queued.unfinished() == 1
    waiting: Any = await queued.redis.zrange(f"{queued.queue_name}:later", 0, -1)
    assert "example" not in str(waiting)
    # Of workers that look for it together, one does it.
    await asyncio.gather(*(finish_jobs(resources) for _ in range(3)))
    assert done == [ADDRESS]


async def test_without_redis_a_job_is_refused_without_waiting_and_logged(
    database_url: str, done: list[str]
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        async with running_service(database_url, redis_url=url) as service:
            with capture_logs() as logs:
                await asyncio.wait_for(service.resources.jobs.enqueue("job", ADDRESS), 0.1)
                await service.resources.jobs.sent()
    refused = [line for line in logs if line["event"] == "job.refused"]
    assert [(line["job"], line["log_level"]) for line in refused] == [("job", "error")]
    assert ADDRESS not in str(logs)


async def test_a_burst_of_jobs_is_not_refused(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued = resources.jobs.broker

    async def unfinished() -> int:
        await queued.redis.blpop(["nothing"], 0.3)
        return 0

    monkeypatch.setattr(queued, "unfinished", unfinished)
    for _ in range(4 * CONNECTIONS):
        await resources.jobs.enqueue("job", "x")
    with capture_logs() as logs:
        await resources.jobs.sent()
    assert len(await in_redis(resources)) == 4 * CONNECTIONS
    assert logs == []


async def test_a_full_queue_refuses_jobs_and_logs_it(
    resources: Resources, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CAPACITY", 2)
    with capture_logs() as logs:
        for _ in range(3):
            await resources.jobs.enqueue("job", "x")
            await resources.jobs.sent()
    assert len(await in_redis(resources)) == 2
    assert [(line["event"], line["log_level"]) for line in logs] == [("job.refused", "error")]


async def test_what_a_shutdown_cannot_wait_for_is_done_by_the_next_worker(
    resources: Resources, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    running: list[asyncio.Task[Any] | None] = []

    async def forever(_resources: Resources, _argument: str) -> None:
        running.append(asyncio.current_task())
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.05)
    with monkeypatch.context() as patch:
        patch.setitem(JOBS, "job", forever)
        await resources.jobs.enqueue("job", "argument")
        async with working(resources):
            await asyncio.wait_for(begun.wait(), 10)
    for task in running:
        assert task is not None
        # As the end of the process does.
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(await in_redis(resources)) == 1
    monkeypatch.setattr(broker, "ABANDONED_AFTER_SECONDS", 0)
    await finish_jobs(resources)
    assert done == ["argument"]


async def test_a_worker_outlives_redis(
    database_url: str, tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "_RETRY_SECONDS", 0.05)
    with redis_server(tmp_path) as server:
        async with running_service(database_url, redis_url=server.url) as service:
            jobs = service.resources.jobs

            async def both_done() -> bool:
                return done == ["before", "after"]

            with capture_logs() as logs:
                async with working(service.resources):
                    await jobs.enqueue("job", "before")
                    await becomes_true(lambda: asyncio.sleep(0, done == ["before"]))
                    server.kill()
                    await asyncio.sleep(0.5)
                    server.start()
                    await jobs.enqueue("job", "after")
                    assert await becomes_true(both_done)
    events = [line["event"] for line in logs]
    assert events.count("queue.lost") == 1
    assert events.count("queue.recovered") == 1


async def test_a_worker_follows_the_name_to_a_new_primary(
    database_url: str, tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "_RETRY_SECONDS", 0.05)
    with redis_server(tmp_path) as former, redis_server(tmp_path) as primary:
        route = Route(former.port)
        url = await route.open()
        async with running_service(database_url, redis_url=url) as service:
            jobs = service.resources.jobs
            async with working(service.resources):
                await jobs.enqueue("job", "before")
                assert await becomes_true(lambda: asyncio.sleep(0, done == ["before"]))
                with Redis.from_url(former.url) as redis:
                    redis.replicaof("127.0.0.1", primary.port)
                route.port = primary.port
                await jobs.enqueue("job", "refused")
                await jobs.sent()
                await jobs.enqueue("job", "after")
                assert await becomes_true(lambda: asyncio.sleep(0, done == ["before", "after"]))
        route.close()


async def test_a_full_redis_keeps_no_job_from_being_finished(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "_RETRY_SECONDS", 0.05)
    retry_at_once(monkeypatch)
    begun: list[str] = []

    with redis_server(tmp_path) as server, Redis.from_url(server.url) as redis:

        async def job(_resources: Resources, argument: str) -> None:
            begun.append(argument)
            redis.config_set("maxmemory", "1")
            if argument == "fails" and begun.count("fails") == 1:
                # What has failed waits where it is until Redis has room for it.
                asyncio.get_running_loop().call_later(0.3, redis.config_set, "maxmemory", "0")
                raise OSError

        monkeypatch.setitem(JOBS, "job", job)
        async with running_service(database_url, redis_url=server.url) as service:
            for argument in ("succeeds", "fails"):
                redis.config_set("maxmemory", "0")
                await service.resources.jobs.enqueue("job", argument)
                await finish_jobs(service.resources)
    assert begun == ["succeeds", "fails", "fails"]


async def test_a_long_job_is_not_taken_from_a_worker_that_lives(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "ABANDONED_AFTER_SECONDS", 0.5)
    monkeypatch.setattr(broker, "SIGN_OF_LIFE_SECONDS", 0.1)
    monkeypatch.setattr(broker, "_WAIT_SECONDS", 0.05)
    begun: list[str] = []

    async def job(_resources: Resources, argument: str) -> None:
        begun.append(argument)
        await asyncio.sleep(1.5)

    async def is_begun() -> bool:
        return begun != []

    monkeypatch.setitem(JOBS, "job", job)
    await resources.jobs.enqueue("job", "argument")
    async with working(resources) as stop:
        assert await becomes_true(is_begun)
        # It takes no other job, and finishes this one.
        stop.set()
        await finish_jobs(resources)
    assert begun == ["argument"]


async def test_a_job_of_a_newer_key_is_left_to_a_worker_that_has_it(
    resources: Resources, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE_SECONDS", 0.3)
    newer = EncryptionKey(os.urandom(32))
    jobs = queue.Jobs(resources.settings)
    jobs._cipher = FieldCipher((newer, *resources.settings.field_encryption_keys))
    await jobs.enqueue("job", "argument")
    await jobs.sent()
    await jobs.broker.shutdown()
    queued = resources.jobs.broker
    with capture_logs() as logs:
        async with working(resources):

            async def is_put_back() -> bool:
                return any(line["event"] == "job.failed" for line in logs)

            assert await becomes_true(is_put_back)
    assert done == []
    assert await queued.unfinished() == 1
    await finish_jobs(replace(resources, cipher=jobs._cipher))
    assert done == ["argument"]


async def test_a_worker_that_has_finished_leaves_the_group(
    resources: Resources, done: list[str]
) -> None:
    queued = resources.jobs.broker
    for number in range(3):
        await resources.jobs.enqueue("job", str(number))
        await finish_jobs(resources)
    assert await queued.redis.xinfo_consumers(queued.queue_name, "workers") == []
    assert len(done) == 3


async def test_a_worker_process_sends_the_mail(resources: Resources, tmp_path: Path) -> None:
    user = await make_user(resources, email=ADDRESS)
    with worker_process(resources, tmp_path, MAIL_BACKEND="file") as process:
        await resources.jobs.enqueue("send_password_reset", user.email)

        async def is_done() -> bool:
            return await in_redis(resources) == []

        assert await becomes_true(is_done)
        (mail,) = (tmp_path / "mail").glob("*.eml")
        assert ADDRESS in mail.read_text()
        process.ask_to_stop()
        assert process.exit_code() == 0


async def test_a_job_of_a_worker_that_was_killed_is_done_by_another(
    resources: Resources, tmp_path: Path
) -> None:
    user = await make_user(resources, email=ADDRESS)
    await resources.jobs.enqueue("send_password_reset", user.email)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.setblocking(False)
        with worker_process(
            resources,
            tmp_path,
            MAIL_BACKEND="smtp",
            SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}",
        ) as process:
            loop = asyncio.get_running_loop()
            connection, _ = await asyncio.wait_for(loop.sock_accept(silent), 20)
            process.kill()
            connection.close()
    assert len(await in_redis(resources)) == 1
    with worker_process(resources, tmp_path, impatient=True, MAIL_BACKEND="file"):

        async def is_done() -> bool:
            return await in_redis(resources) == []

        assert await becomes_true(is_done)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


async def test_a_worker_that_is_told_to_stop_waits_for_no_silent_mail_server(
    resources: Resources, tmp_path: Path
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Silent:
        async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            loop.call_soon_threadsafe(begun.set)
            await asyncio.sleep(60)
            return "250 OK"

    with mail_server(Silent()) as port:
        user = await make_user(resources, email=ADDRESS)
        await resources.jobs.enqueue("send_password_reset", user.email)
        with worker_process(
            resources,
            tmp_path,
            impatient=True,
            MAIL_BACKEND="smtp",
            SMTP_URL=f"smtp://127.0.0.1:{port}",
        ) as process:
            await asyncio.wait_for(begun.wait(), 20)
            process.ask_to_stop()
            told = time.monotonic()
            assert await asyncio.to_thread(process.exit_code) == 0
            assert time.monotonic() - told < 10
    assert len(await in_redis(resources)) == 1


async def test_a_worker_that_is_told_to_stop_finishes_its_job(
    resources: Resources, tmp_path: Path
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow:
        received = 0

        async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            loop.call_soon_threadsafe(begun.set)
            await asyncio.sleep(1)
            self.received += 1
            return "250 OK"

    slow = Slow()
    with mail_server(slow) as port:
        user = await make_user(resources, email=ADDRESS)
        await resources.jobs.enqueue("send_password_reset", user.email)
        with worker_process(
            resources, tmp_path, MAIL_BACKEND="smtp", SMTP_URL=f"smtp://127.0.0.1:{port}"
        ) as process:
            await asyncio.wait_for(begun.wait(), 20)
            process.ask_to_stop()
            assert await asyncio.to_thread(process.exit_code) == 0
    assert slow.received == 1
    assert await in_redis(resources) == []
