"""Exceptions in PostgreSQL, within the session under way; they are recorded and never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.ingest.exceptions.model import Reopening
from services.ingest.exceptions.tables import DecisionCountRow, ReopeningRow
from services.ingest.plans.model import FilingKey
from shared.runtime.clock import TIMEZONE
from shared.runtime.database import Session


async def next_position(session: Session) -> int:
    """Return the next position among all decisions; who asks meanwhile waits until the transaction ends.

    So positions follow commits, and who has read up to one has missed none before it.
    """
    count = insert(DecisionCountRow).values(is_only=True, position=1)
    following = {"position": DecisionCountRow.position + 1}
    count = count.on_conflict_do_update(index_elements=["is_only"], set_=following)
    return int((await session.exec(count.returning(col(DecisionCountRow.position)))).scalar_one())


async def add(session: Session, reopening: Reopening) -> None:
    """Record a reopening; it replaces earlier ones of the same filing key."""
    session.add(ReopeningRow(**asdict(reopening), position=await next_position(session)))
    await session.flush()


async def recorded(session: Session, *, plan: str | None = None, agency: str | None = None) -> Sequence[Reopening]:
    """Return the reopenings of a plan and an agency, or all, in the order of their recording."""
    statement = select(ReopeningRow).order_by(col(ReopeningRow.position))
    if plan is not None:
        statement = statement.where(ReopeningRow.plan == plan)
    if agency is not None:
        statement = statement.where(ReopeningRow.agency == agency)
    return [_reopening(row) for row in await session.exec(statement)]


async def last_days(session: Session) -> Mapping[FilingKey, date]:
    """Return the last day of corrections for each filing key that was reopened."""
    return {each.filing_key: each.last_on for each in await recorded(session)}


def _reopening(row: ReopeningRow) -> Reopening:
    return Reopening(**{**row.model_dump(exclude={"position"}), "granted_at": row.granted_at.astimezone(TIMEZONE)})
