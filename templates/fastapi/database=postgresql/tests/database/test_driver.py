"""What the options in a URL do."""

import asyncio
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]
import pytest

from app.database import driver
from tests.support.server import free_port
from tests.support.service import running_service

ASK_FOR_TLS = bytes.fromhex("00000008 04d2162f")


async def test_the_options_of_a_url_reach_the_server(database_url: str) -> None:
    options = "sslmode=disable&application_name=a%20name"
    async with running_service(urlsplit(database_url)._replace(query=options).geturl()) as service:
        await service.resources.database.ping()
        connection = await asyncpg.connect(database_url)
        count = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'a name'"
        )
        await connection.close()
    assert count == 1


async def test_a_server_without_tls_is_told_nothing_where_tls_is_asked_for() -> None:
    heard = []
    left_alone = asyncio.Event()

    async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readexactly(len(ASK_FOR_TLS)))
        writer.write(b"N")
        writer.write_eof()
        heard.append(await reader.read())
        writer.close()
        left_alone.set()

    port = free_port()
    async with await asyncio.start_server(refuse_tls, "127.0.0.1", port):
        with pytest.raises(ConnectionError):
            await driver.connect(f"postgresql://u:hunter2@127.0.0.1:{port}/db?sslmode=require")
        await asyncio.wait_for(left_alone.wait(), 1)
    assert heard == [ASK_FOR_TLS, b""]
