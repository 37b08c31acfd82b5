"""Notices on their way to the relay, on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, update
from sqlmodel import col, select

from services.notify.notices.model import NoticeState
from services.notify.notices.tables import NoticeRow
from services.notify.policy.model import UnsentReason
from shared.runtime.database import Session

_SERVER_NOW: Final[ColumnElement[datetime]] = func.now()


async def next_due(session: Session, *, now: datetime) -> tuple[NoticeRow, datetime] | None:
    """Lock the next notice that is due and that no other sender has locked; return it and the server's moment."""
    due = select(NoticeRow, _SERVER_NOW).where(
        NoticeRow.state == NoticeState.QUEUED, NoticeRow.due_at <= now, NoticeRow.retry_at <= func.now()
    )
    first = due.order_by(col(NoticeRow.due_at), col(NoticeRow.position)).limit(1)
    return (await session.exec(first.with_for_update(skip_locked=True, of=NoticeRow))).first()


async def renew_lease(session: Session, notice: UUID, *, lease: timedelta) -> None:
    """Extend the lease of a notice that is still being sent."""
    sending = update(NoticeRow).where(col(NoticeRow.id) == notice, col(NoticeRow.state) == NoticeState.SENDING)
    await session.exec(sending.values(lease_until=func.now() + lease))


async def lock_attempt(session: Session, notice: UUID) -> tuple[NoticeRow, datetime] | None:
    """Lock a notice that was offered; return it and the server's moment. None where it was recorded meanwhile."""
    open_states = (NoticeState.SENDING, NoticeState.UNKNOWN)
    offered = select(NoticeRow, _SERVER_NOW).where(NoticeRow.id == notice, col(NoticeRow.state).in_(open_states))
    return (await session.exec(offered.with_for_update(of=NoticeRow))).first()


async def unknown_notices(session: Session, *, settle: timedelta) -> Sequence[tuple[NoticeRow, bool]]:
    """Return the notices whose answer was lost, also those whose sender let its lease expire.

    Beside each stands whether it was lost long enough ago for an accepted mail to have been stored.
    """
    expired = update(NoticeRow).where(col(NoticeRow.state) == NoticeState.SENDING, NoticeRow.lease_until < func.now())
    await session.exec(
        expired.values(
            state=NoticeState.UNKNOWN,
            reason=UnsentReason.ANSWER_LOST,
            detail="its sender gave no sign of life",
            lease_until=None,
            retry_at=func.now(),
        )
    )
    is_settled = func.now() - col(NoticeRow.retry_at) >= settle
    unknown = select(NoticeRow, is_settled).where(NoticeRow.state == NoticeState.UNKNOWN)
    return (await session.exec(unknown.order_by(col(NoticeRow.position)))).all()


async def lock_unknown(session: Session, notice: NoticeRow) -> tuple[NoticeRow, datetime] | None:
    """Lock a notice that is still unknown; return it and the server's moment.

    None where another process sent it again meanwhile.
    """
    unknown = select(NoticeRow, _SERVER_NOW).where(
        NoticeRow.id == notice.id, NoticeRow.attempts == notice.attempts, NoticeRow.state == NoticeState.UNKNOWN
    )
    return (await session.exec(unknown.with_for_update(of=NoticeRow))).first()
