"""Issued keys in PostgreSQL, within the session under way."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from services.ingest.persons.tables import ApiKeyRow
from shared.runtime.database import Session


async def add(session: Session, issued: Sequence[ApiKeyRow]) -> None:
    """Store issued keys."""
    session.add_all(issued)
    await session.flush()


async def revoke(session: Session, prefix: str, *, now: datetime) -> ApiKeyRow | None:
    """Revoke a key and return it; None where no such key is in force."""
    wanted = prefix.replace("\0", "")  # PostgreSQL refuses NUL in a text
    statement = select(ApiKeyRow).where(ApiKeyRow.prefix == wanted, col(ApiKeyRow.revoked_at).is_(None))
    key = (await session.exec(statement.with_for_update())).one_or_none()
    if key is not None:
        key.revoked_at = now
        await session.flush()
    return key


async def all_keys(session: Session) -> Sequence[ApiKeyRow]:
    """Return every key; none is changed until the transaction ends."""
    return (await session.exec(select(ApiKeyRow).order_by(ApiKeyRow.prefix).with_for_update())).all()
