"""A span for each SQL statement: what it does to which table, and none of its values."""

import re
from functools import lru_cache
from typing import Final

from app.telemetry.tracing import Attributes, Span, current_span

OTHER: Final = "SQL"
_OPERATIONS: Final = {
    *("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"),
    *("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"),
}
_TABLE: Final = re.compile(r"""\b(?:FROM|INTO|UPDATE)\s+(?:ONLY\s+)?["`]?([A-Za-z_]\w{0,62})""")


def begin_statement(statement: str) -> Span | None:
    """Begin the span of a statement; None if nothing is traced."""
    work = current_span()
    if work is None:
        return None
    name, attributes = _described(statement, work.reporter.database)
    return work.begin_call(name, {**attributes})


# The statements are the code's own, but for lists of different lengths.
@lru_cache(maxsize=512)
def _described(statement: str, database: str) -> tuple[str, Attributes]:
    word = statement.lstrip().partition(" ")[0].upper()
    operation = word if word in _OPERATIONS else OTHER
    attributes: Attributes = {"db.system.name": database, "db.operation.name": operation}
    # The first one stands before whatever is compared or stored.
    table = _TABLE.search(statement)
    if table is None:
        return operation, attributes
    return f"{operation} {table[1]}", {**attributes, "db.collection.name": table[1]}
