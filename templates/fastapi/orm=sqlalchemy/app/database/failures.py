"""The reasons of database errors, for operators."""

from collections.abc import Iterator

from sqlalchemy.exc import StatementError

from app.database.reasons import reason_of


def origin(error: BaseException) -> BaseException:
    """Return the cause of an error in the driver or the socket."""
    return list(_chain(error))[-1]


def describe_failure(error: BaseException) -> str:
    """Return the database's message and the statement, without values."""
    chain = list(_chain(error))
    said = reason_of(chain[-1])
    for link in chain:
        if isinstance(link, StatementError) and link.statement:
            return f"{said}; statement: {' '.join(link.statement.split())}"
    return said


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    # The cause of a timeout is only a cancellation.
    while isinstance(error, Exception):
        yield error
        error = error.__cause__
