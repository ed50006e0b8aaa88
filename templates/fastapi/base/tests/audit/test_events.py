"""The table of audit events: what the code records, and what SECURITY.md says."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.audit.events import EVENTS
from app.audit.trail import record
from app.ids import new_id
from app.redaction import redact
from app.resources import Resources

ROOT = Path(__file__).parents[2]
RECORDERS = {"record", "record_refusal"}
# What they take that is no detail.
ABOUT = {"actor_id", "subject_id", "caller"}


def _recorded() -> Iterator[tuple[str, set[str]]]:
    """Find each call of `record`: the event, and the names of its details."""
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in RECORDERS:
                continue
            # What counts refusals passes their names on.
            if path.name != "refusals.py":
                details = {keyword.arg or "**" for keyword in node.keywords}
                yield ast.literal_eval(node.args[1]), details - ABOUT


def test_every_event_of_the_table_is_recorded_and_no_other() -> None:
    assert {event for event, _ in _recorded()} == EVENTS.keys()


def test_every_detail_is_in_the_table() -> None:
    for event, details in _recorded():
        assert details <= set(EVENTS[event])


def test_every_detail_can_be_read_in_the_log() -> None:
    for details in EVENTS.values():
        line = dict.fromkeys(details, str(new_id()))
        assert redact(None, "info", line) == line


def test_security_md_has_the_same_table() -> None:
    _, _, section = (ROOT / "SECURITY.md").read_text().partition("## Audit events")
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    table = {row[1].strip(" `"): row[5].strip() for row in rows}
    assert table == {event: ", ".join(details) for event, details in EVENTS.items()}


@pytest.mark.parametrize(
    ("event", "details"), [("user.abducted", {}), ("user.deleted", {"reason": "x"})]
)
async def test_what_is_not_in_the_table_is_not_recorded(
    resources: Resources, event: str, details: dict[str, Any]
) -> None:
    async def attempt() -> None:
        async with resources.database.transaction() as transaction:
            await record(transaction, event, **details)

    with pytest.raises(ValueError, match=event):
        await attempt()
