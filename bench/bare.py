"""The yardstick: the same primary-key query with the same ORM and driver, and no security at all.

Run in a rendered service, whose tables it reads: uvicorn bare:app, with DATABASE_URL set.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from app.database.models import UserRow

ISOLATION = os.environ.get("BARE_ISOLATION", "READ COMMITTED")
URL = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1)
engine = create_async_engine(URL, pool_size=10, isolation_level=ISOLATION)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


async def open_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine) as session:
        yield session


class User(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    full_name: str
    role: str
    is_active: bool
    email_verified: bool
    created_at: datetime


app = FastAPI(lifespan=lifespan)


@app.get("/users/{user_id}", response_model=User)
async def read_user(
    user_id: UUID, session: Annotated[AsyncSession, Depends(open_session)]
) -> UserRow:
    user = await session.scalar(select(UserRow).where(UserRow.id == user_id))
    if user is None:
        raise HTTPException(404)
    return user


@app.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}
