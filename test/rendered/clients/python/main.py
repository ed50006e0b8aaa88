"""Signs in, makes notes, and pages through them, before and after a refresh."""

from client import AuthenticatedClient
from client.api.notes import create_note, list_notes
from client.models import NoteCreate, NoteOut, NotePage
from client.types import UNSET
from sign_in import refresh, sign_in


def make(client: AuthenticatedClient, title: str) -> str:
    note = create_note.sync(client=client, body=NoteCreate(title=title))
    assert isinstance(note, NoteOut), note
    return str(note.id)


def newest(client: AuthenticatedClient, count: int) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while len(found) < count:
        page = list_notes.sync(client=client, limit=2, cursor=cursor or UNSET)
        assert isinstance(page, NotePage), page
        found += [str(note.id) for note in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found[:count]


client = sign_in()
made = [make(client, title) for title in ("one", "two", "three")][::-1]
assert newest(client, 3) == made
client = refresh(client)
assert newest(client, 3) == made
