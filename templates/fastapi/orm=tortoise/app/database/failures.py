"""The reasons of database errors, for operators."""

from tortoise.exceptions import BaseORMException

from app.database.reasons import reason_of


def origin(error: BaseException) -> BaseException:
    """Return the cause of an error in the driver or the socket."""
    while isinstance(behind := error.__cause__ or error.__context__, Exception):
        error = behind
    return error


def describe_failure(error: BaseException) -> str:
    """Return the database's message and the statement, without values."""
    statement = " ".join("".join(getattr(error, "__notes__", ())).split())
    # The cause of a timeout is only a cancellation.
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    # Connections raise Tortoise's errors without values.
    is_plain = isinstance(error, BaseORMException)
    said = " ".join(str(error).split()) if is_plain else reason_of(origin(error))
    return said if not statement or statement in said else f"{said}; statement: {statement}"
