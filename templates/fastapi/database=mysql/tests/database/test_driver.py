"""What a connection holds to, however the server is set up."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from asyncmy.constants.CLIENT import SSL
from asyncmy.errors import IntegrityError, MySQLError, ProgrammingError

from app.database import driver
from app.database.engine import UNAVAILABLE
from tests.support.database import SERVER, as_owner, connected, execute
from tests.support.server import free_port
from tests.support.service import running_service

# What the server that these tests find has set up may be as the service wants it by chance.
ODD = {"init_command": "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES', time_zone = '+05:30'"}

# Version 10 of the protocol, a salt, and what a server can do: everything but TLS.
GREETING_WITHOUT_TLS = (
    b"\x0a8.0.0\0"
    + b"\1\0\0\0saltsalt\0"
    + (0xFFFF & ~SSL).to_bytes(2, "little")
    + b"\x2d\2\0\x0f\0\x15"
    + bytes(10)
    + b"saltsaltsalt\0"
    + b"mysql_native_password\0"
)

TEXTS = [
    "",
    "it's \"quoted\" `here` \\ and \\' there \\\\",
    "'; DROP TABLE users; -- ",
    "%s %(name)s %% :name ?",
    "\x00\x08\t\n\r\x1a",
    "Zo\u00eb \u202e \U0001f512",
    " spaces around ",
]


@pytest.mark.parametrize("text", TEXTS)
async def test_text_comes_back_to_the_letter(database_url: str, text: str) -> None:
    async with connected(database_url, **ODD) as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT %s, %s", (text, 1))
        assert await cursor.fetchone() == (text, 1)


async def test_bytes_come_back_as_they_were(database_url: str) -> None:
    every = bytes(range(256)) * 2
    owner = as_owner(database_url)
    async with connected(owner, **ODD) as connection, connection.cursor() as cursor:
        await cursor.execute("CREATE TEMPORARY TABLE kept (value BLOB)")
        await cursor.execute("INSERT INTO kept VALUES (%s)", (every,))
        await cursor.execute("SELECT value FROM kept WHERE value = %s", (every,))
        assert await cursor.fetchone() == (every,)


@pytest.mark.parametrize(
    "insert",
    [
        "INSERT INTO kept VALUES ('abcd')",
        "INSERT INTO kept VALUES ('\U0001f512')",
        "INSERT INTO kept VALUES (x'ff')",
        "INSERT INTO kept VALUES (1 / 0)",
    ],
)
async def test_what_does_not_fit_is_refused_and_not_cut_to_size(
    database_url: str, insert: str
) -> None:
    table = "CREATE TEMPORARY TABLE kept (value VARCHAR(3) CHARACTER SET utf8mb3)"
    with pytest.raises(MySQLError, match=r"too long|Incorrect string value|by 0"):
        await execute(as_owner(database_url), table, insert, **ODD)


async def test_no_lock_is_waited_for_longer_than_a_request_may_take(database_url: str) -> None:
    patient = {"init_command": "SET SESSION innodb_lock_wait_timeout = 99, lock_wait_timeout = 99"}
    async with connected(database_url, **patient) as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT @@innodb_lock_wait_timeout, @@lock_wait_timeout")
        assert await cursor.fetchone() == (10, 10)


async def test_no_error_quotes_a_value(database_url: str) -> None:
    table = "CREATE TEMPORARY TABLE kept (value VARCHAR(99) PRIMARY KEY)"
    insert = "INSERT INTO kept VALUES ('hunter''2')"
    failing: dict[str, type[MySQLError]] = {
        insert: IntegrityError,
        "SELEC 'hunter''2'": ProgrammingError,
        "SELECT 1 FROM kept WHERE hunter2 = 1": MySQLError,
        "INSERT INTO kept VALUES (DATE 'hunter2')": MySQLError,
    }
    for statement, kind in failing.items():
        with pytest.raises(kind) as raised:
            await execute(as_owner(database_url), table, insert, statement)
        assert "hunter" not in str(raised.value)
        assert isinstance(raised.value.args[0], int)


@pytest.fixture
async def table(database_url: str) -> AsyncIterator[str]:
    url = as_owner(database_url)
    await execute(url, "CREATE TABLE kept (id INT PRIMARY KEY, owner INT, INDEX (owner))")
    yield url
    await execute(url, "DROP TABLE kept")


async def test_a_row_counts_as_found_even_if_nothing_in_it_changes(table: str) -> None:
    async with connected(table, **ODD) as connection, connection.cursor() as cursor:
        await cursor.execute("INSERT INTO kept VALUES (1, 1)")
        await cursor.execute("UPDATE kept SET owner = 1")
        assert cursor.rowcount == 1


async def test_a_transaction_reads_what_others_have_written_since(table: str) -> None:
    # Who has waited for a lock decides by what is there then.
    async with connected(table, **ODD) as connection, connection.cursor() as cursor:
        await connection.begin()
        await cursor.execute("SELECT id FROM kept")
        assert list(await cursor.fetchall()) == []
        await execute(table, "INSERT INTO kept VALUES (1, 1)")
        await cursor.execute("SELECT id FROM kept")
        assert list(await cursor.fetchall()) == [(1,)]


async def test_strangers_who_insert_side_by_side_do_not_lock_each_other_out(table: str) -> None:
    async with connected(table, **ODD) as left, connected(table, **ODD) as right:
        for connection in (left, right):
            await connection.begin()
        await left.query("DELETE FROM kept WHERE owner = 1")
        await right.query("DELETE FROM kept WHERE owner = 2")
        async with asyncio.timeout(2):
            await left.query("INSERT INTO kept VALUES (1, 1)")
            await right.query("INSERT INTO kept VALUES (2, 2)")
        for connection in (left, right):
            await connection.commit()
    assert await execute(table, "SELECT id FROM kept ORDER BY id") == [(1,), (2,)]


async def test_the_server_lives_in_utc_for_this_service(database_url: str) -> None:
    [[difference]] = await execute(database_url, "SELECT TIMEDIFF(NOW(), UTC_TIMESTAMP())", **ODD)
    assert difference.total_seconds() == 0


async def test_a_password_may_have_any_characters(database_url: str) -> None:
    account, password = "tests_password", "p\u00e4ss w\u00f6rd \u20ac\U0001f512"
    await execute(SERVER, f"CREATE USER {account} IDENTIFIED BY '{password}'")
    place = urlsplit(database_url).netloc.rpartition("@")[2]
    try:
        url = f"mysql://{account}:{quote(password)}@{place}/information_schema"
        assert await execute(url, "SELECT 1") == [(1,)]
    finally:
        await execute(SERVER, f"DROP USER {account}")


async def test_a_silent_server_times_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left_alone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left_alone.set()

    monkeypatch.setattr(driver, "_CONNECT_SECONDS", 0.1)
    port = free_port()
    async with await asyncio.start_server(say_nothing, "127.0.0.1", port):
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await driver.connect(host="127.0.0.1", port=port, user="u", database="d")
        assert time.monotonic() - begun < 2
        await asyncio.wait_for(left_alone.wait(), 1)


async def test_a_server_without_tls_is_told_nothing_where_tls_is_asked_for(tmp_path: Path) -> None:
    heard = b""
    left_alone = asyncio.Event()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        writer.write(len(GREETING_WITHOUT_TLS).to_bytes(4, "little") + GREETING_WITHOUT_TLS)
        heard = await reader.read(1000)
        writer.write_eof()
        heard += await reader.read()
        writer.close()
        left_alone.set()

    port = free_port()
    url = f"mysql://account:hunter2@127.0.0.1:{port}/d?ssl_capath={tmp_path}"
    async with (
        await asyncio.start_server(greet, "127.0.0.1", port),
        running_service(url) as service,
    ):
        with pytest.raises(UNAVAILABLE):
            await service.resources.database.ping()
        await asyncio.wait_for(left_alone.wait(), 1)
    assert heard
    assert b"account" not in heard
