"""The reason of a database error, for operators."""

from tortoise.exceptions import BaseORMException

from app.database.reasons import reason_of


def origin(error: BaseException) -> BaseException:
    """Return the error of the driver, or of the socket, that is behind an error."""
    while isinstance(behind := error.__cause__ or error.__context__, Exception):
        error = behind
    return error


def describe_failure(error: BaseException) -> str:
    """Say what the database said, and to which statement; never a value."""
    statement = " ".join("".join(getattr(error, "__notes__", ())).split())
    # Behind a time-out is only that something was cancelled.
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    # A connection that raised one of Tortoise's errors has left the values out.
    is_plain = isinstance(error, BaseORMException)
    said = " ".join(str(error).split()) if is_plain else reason_of(origin(error))
    return said if not statement or statement in said else f"{said}; statement: {statement}"
