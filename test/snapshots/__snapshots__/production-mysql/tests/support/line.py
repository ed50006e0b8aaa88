"""A line to the server of a URL that can be cut, or go silent."""

import asyncio
from urllib.parse import urlsplit


class Line:
    """Listens on a port of its own, and passes on what comes to the server."""

    def __init__(self, database_url: str, default_port: int) -> None:
        self._target = urlsplit(database_url)
        self._default_port = default_port
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self._flows = asyncio.Event()
        self._flows.set()

    @property
    def url(self) -> str:
        user = self._target.netloc.rpartition("@")[0]
        return self._target._replace(netloc=f"{user}@127.0.0.1:{self._port}").geturl()

    async def restore(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def silence(self) -> None:
        self._flows.clear()

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        host, port = self._target.hostname or "127.0.0.1", self._target.port or self._default_port
        far, forth = await asyncio.open_connection(host, port)
        for reader, writer in ((near, forth), (far, back)):
            task = asyncio.create_task(self._pass_on(reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.transport.abort()
