"""Shapes of notes over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.pagination import Page
from app.schemas import OMITTED, Input, Output, Patch, limits_of

Title = Annotated[str, Field(min_length=1, max_length=200, examples=["Groceries"])]
Body = Annotated[str, Field(max_length=10_000, examples=["Milk, bread, coffee"])]


class NoteOut(Output):
    """`body` is null if it can no longer be decrypted; it can be replaced."""

    id: UUID
    owner_id: UUID
    title: Annotated[str, limits_of(Title)]
    body: Annotated[str, limits_of(Body)] | None
    created_at: datetime
    updated_at: datetime


class NotePage(Page[NoteOut]):
    """A page of notes."""


class NoteCreate(Input):
    """A note without a `body` has an empty one."""

    title: Title
    body: Body = ""


class NoteUpdate(Patch):
    title: Title = OMITTED
    body: Body = OMITTED
