"""A span for each command to Redis, by its name: keys and values hold addresses and digests."""

from asyncio import CancelledError
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import RedisError

from app.telemetry.tracing import Span, current_span, untraced

_ATTRIBUTE: Final = "db.operation.name"


class _Traced(AbstractConnection):
    """A connection on which a command lasts from when it is sent until it is answered."""

    _span: Span | None = None

    async def connect_check_health(self, *arguments: Any, **options: Any) -> None:
        """Connect; what is said to sign in is no command of the request."""
        with untraced():
            await super().connect_check_health(*arguments, **options)

    async def send_command(self, *arguments: Any, **options: Any) -> None:
        work = current_span()
        if work is None:
            await super().send_command(*arguments, **options)
            return
        name = str(arguments[0]).upper()
        span = work.begin_call(name, {"db.system.name": "redis", _ATTRIBUTE: name})
        try:
            await super().send_command(*arguments, **options)
        except (RedisError, CancelledError) as error:
            _end(span, error)
            raise
        self._span = span

    async def read_response(self, *arguments: Any, **options: Any) -> Any:
        span, self._span = self._span, None
        try:
            response = await super().read_response(*arguments, **options)
        except (RedisError, CancelledError) as error:
            _end(span, error)
            raise
        _end(span, None)
        return response


def _end(span: Span | None, error: BaseException | None) -> None:
    if span is not None:
        if error is not None:
            span.fail(error)
        span.end()


def trace_commands(pool: ConnectionPool) -> None:
    """Trace each command on the connections that a pool makes."""
    made = pool.connection_class
    pool.connection_class = type(made.__name__, (_Traced, made), {})
