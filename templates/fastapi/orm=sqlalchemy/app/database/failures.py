"""The reason of a database error, for operators."""

from collections.abc import Iterator

from sqlalchemy.exc import StatementError

from app.database.reasons import reason_of


def origin(error: BaseException) -> BaseException:
    """Return the error of the driver, or of the socket, that is behind an error."""
    return list(_chain(error))[-1]


def describe_failure(error: BaseException) -> str:
    """Say what the database said, and to which statement; never a value."""
    chain = list(_chain(error))
    said = reason_of(chain[-1])
    for link in chain:
        if isinstance(link, StatementError) and link.statement:
            return f"{said}; statement: {' '.join(link.statement.split())}"
    return said


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    # Behind a time-out is only that something was cancelled.
    while isinstance(error, Exception):
        yield error
        error = error.__cause__
