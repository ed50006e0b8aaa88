"""Shapes of notes over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from app.schemas import OMITTED, Input, Output, Patch

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Body = Annotated[str, StringConstraints(max_length=10_000)]


class NoteOut(Output):
    """`body` is null when it cannot be decrypted any more; a new one can be written."""

    id: UUID
    owner_id: UUID
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime


class NoteCreate(Input):
    title: Title
    body: Body = ""


class NoteUpdate(Patch):
    title: Title = OMITTED
    body: Body = OMITTED
