"""Tables that a migration rebuilds, since SQLite can alter little of one."""

import re
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

_DROP: Final = re.compile(r'\s*DROP TABLE "?(\w+)')
_RENAME: Final = re.compile(r'\s*ALTER TABLE "?_alembic_tmp_')
_TRIGGERS: Final = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"


def keep_triggers(engine: AsyncEngine) -> None:
    """Recreate the triggers of a rebuilt table, which are dropped with the old one.

    Alembic copies the rows to a new table, drops the old one and renames the new one.
    """
    triggers: list[str] = []

    def remember(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if dropped := _DROP.match(statement):
            triggers[:] = connection.exec_driver_sql(_TRIGGERS, dropped.groups()).scalars()

    def restore(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if _RENAME.match(statement):
            for trigger in triggers:
                connection.exec_driver_sql(trigger)

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    event.listen(engine.sync_engine, "after_cursor_execute", restore)
