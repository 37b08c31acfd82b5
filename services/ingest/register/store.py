"""The register in PostgreSQL, within the session under way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid, case, delete, null, tuple_, union_all
from sqlalchemy import select as columns  # SQLModel's takes up to four
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import defer
from sqlmodel import col, func, literal, or_, select

from services.ingest.exceptions.tables import ReopeningRow
from services.ingest.register.model import FilingState, RefusedAttempt
from services.ingest.register.tables import RefusedAttemptRow
from services.ingest.submissions.store import IS_ITS_HEAD
from services.ingest.submissions.tables import DecisionRow, FilingHeadRow, SubmissionRow
from shared.runtime.database import Session


@dataclass(frozen=True)
class Asked:
    """Which submissions are asked for; None matches all.

    `seen` are the agencies whose submissions may be shown, and beside them what `seen_filer` filed for others.
    """

    seen: Collection[str] | None
    seen_filer: str
    plan: str | None = None
    agency: str | None = None
    period: str | None = None
    filed_by: str | None = None
    state: FilingState | None = None
    is_flagged: bool | None = None


Listed = tuple[SubmissionRow, FilingState]
"""A submission without its event, and what became of it."""


async def page_of_submissions(
    session: Session, asked: Asked, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Listed]:
    """Return submissions, the latest first, from before this moment and id on."""
    moment = tuple_(col(SubmissionRow.filed_at), col(SubmissionRow.id))
    state = _state()
    page = select(SubmissionRow, state).join(FilingHeadRow, IS_ITS_HEAD)
    for column, value in (
        (col(SubmissionRow.plan), asked.plan),
        (col(SubmissionRow.agency), asked.agency),
        (col(SubmissionRow.period), asked.period),
        (col(SubmissionRow.filed_by), asked.filed_by),
        (col(SubmissionRow.is_flagged), asked.is_flagged),
        (state, asked.state),
    ):
        if value is not None:
            page = page.where(column == value)
    if asked.seen is not None:
        page = page.where(
            or_(col(SubmissionRow.agency).in_(asked.seen), col(SubmissionRow.filed_by) == asked.seen_filer)
        )
    if before is not None:
        page = page.where(moment < before)
    page = page.options(defer(SubmissionRow.event))  # type: ignore[arg-type]  # SQLModel types columns as their values
    page = page.order_by(col(SubmissionRow.filed_at).desc(), col(SubmissionRow.id).desc()).limit(limit)
    return [(row, FilingState(found)) for row, found in await session.exec(page)]


async def revisions_of(session: Session, row: SubmissionRow, *, limit: int) -> list[Listed]:
    """Return the revisions of a submission's agency and period, the latest first."""
    page = select(SubmissionRow, _state()).join(FilingHeadRow, IS_ITS_HEAD).where(_is_sibling(row))
    page = page.options(defer(SubmissionRow.event))  # type: ignore[arg-type]  # SQLModel types columns as their values
    page = page.order_by(col(SubmissionRow.revision).desc()).limit(limit)
    return [(each, FilingState(found)) for each, found in await session.exec(page)]


async def submission(session: Session, wanted: UUID) -> SubmissionRow | None:
    """Return a submission with its event; None where there is none."""
    return await session.get(SubmissionRow, wanted)


async def revision(session: Session, of: SubmissionRow, number: int) -> SubmissionRow | None:
    """Return another revision of a submission with its event; None where there is none."""
    statement = select(SubmissionRow).where(_is_sibling(of), SubmissionRow.revision == number)
    return (await session.exec(statement)).one_or_none()


async def latest_revision(session: Session, of: SubmissionRow) -> int:
    """Return the number of the latest revision of a submission's agency and period."""
    return (await session.exec(select(func.max(SubmissionRow.revision)).where(_is_sibling(of)))).one()


async def latest_of(session: Session, *, plan: str, agency: str) -> list[Listed]:
    """Return the latest revision of each period of an agency, with its event."""
    statement = select(SubmissionRow, _state()).join(FilingHeadRow, IS_ITS_HEAD)
    statement = statement.where(
        SubmissionRow.plan == plan,
        SubmissionRow.agency == agency,
        SubmissionRow.revision == FilingHeadRow.revision,
    )
    return [(row, FilingState(found)) for row, found in await session.exec(statement)]


async def decisions_about(session: Session, submissions: Collection[UUID]) -> Mapping[UUID, list[DecisionRow]]:
    """Return the decisions about each of these submissions, in their order."""
    statement = select(DecisionRow).where(col(DecisionRow.submission).in_(submissions))
    found: dict[UUID, list[DecisionRow]] = {each: [] for each in submissions}
    for row in await session.exec(statement.order_by(col(DecisionRow.position))):
        found[row.submission].append(row)
    return found


@dataclass(frozen=True)
class Decided:
    """A decision about a submission, or a reopening, and its position among all of them."""

    position: int
    decision: str
    submission: UUID | None
    plan: str
    agency: str
    period: str
    revision: int | None
    reason: str | None
    decided_by: str
    decided_at: datetime
    reopened_until: date | None


async def decisions_since(
    session: Session, position: int, *, seen: Collection[str] | None, seen_filer: str, limit: int
) -> list[Decided]:
    """Return decisions and reopenings after a position, in their order.

    In one statement, so that it sees both as of one moment: positions follow commits.
    """
    decided_columns: list[Any] = [
        col(DecisionRow.position).label("position"),
        col(DecisionRow.verdict).label("decision"),
        col(SubmissionRow.id).label("submission"),
        SubmissionRow.plan,
        SubmissionRow.agency,
        SubmissionRow.period,
        SubmissionRow.revision,
        DecisionRow.reason,
        DecisionRow.decided_by,
        DecisionRow.decided_at,
        null().cast(Date).label("reopened_until"),
    ]
    reopened_columns: list[Any] = [
        ReopeningRow.position,
        literal("reopened"),
        null().cast(Uuid),
        ReopeningRow.plan,
        ReopeningRow.agency,
        ReopeningRow.period,
        null().cast(Integer),
        ReopeningRow.reason,
        ReopeningRow.granted_by,
        ReopeningRow.granted_at,
        ReopeningRow.last_on,
    ]
    decided = columns(*decided_columns).join(SubmissionRow, col(SubmissionRow.id) == DecisionRow.submission)
    decided = decided.where(col(DecisionRow.position) > position)
    reopened = columns(*reopened_columns).where(col(ReopeningRow.position) > position)
    if seen is not None:
        is_seen = or_(col(SubmissionRow.agency).in_(seen), col(SubmissionRow.filed_by) == seen_filer)
        decided = decided.where(is_seen)
        reopened = reopened.where(col(ReopeningRow.agency).in_(seen))
    both = union_all(decided, reopened).subquery()
    page: Any = columns(both).order_by(both.c.position).limit(limit)
    return [Decided(**row) for row in (await session.exec(page)).mappings()]


async def keep_refused(session: Session, attempts: Sequence[RefusedAttempt]) -> None:
    """Store refused attempts; one that is there already is counted once more."""
    statement = insert(RefusedAttemptRow)
    again = {"times": RefusedAttemptRow.times + statement.excluded.times, "last_at": statement.excluded.last_at}
    statement = statement.on_conflict_do_update(index_elements=["digest"], set_=again)
    rows: list[dict[str, Any]] = [{**asdict(each), "last_at": each.refused_at} for each in attempts]
    await session.exec(statement, params=rows)


async def forget_refused(session: Session, *, before: datetime) -> int:
    """Delete what was refused before a moment, and return how many attempts that were."""
    forgotten = await session.exec(delete(RefusedAttemptRow).where(col(RefusedAttemptRow.last_at) < before))
    return forgotten.rowcount


async def page_of_refused(
    session: Session, *, agency: str | None, seen: Collection[str] | None, before: int | None, limit: int
) -> Sequence[RefusedAttemptRow]:
    """Return refused attempts by the keys of an agency, or of all that are seen, the latest first."""
    page = select(RefusedAttemptRow).order_by(col(RefusedAttemptRow.id).desc()).limit(limit)
    if agency is not None:
        page = page.where(RefusedAttemptRow.agency == agency)
    if seen is not None:
        page = page.where(col(RefusedAttemptRow.agency).in_(seen))
    if before is not None:
        page = page.where(col(RefusedAttemptRow.id) < before)
    return (await session.exec(page)).all()


def _state() -> Any:
    """Return what became of a submission as a column, beside the head of its revisions."""
    decided_last = (
        select(DecisionRow.verdict)
        .where(DecisionRow.submission == SubmissionRow.id)
        .order_by(col(DecisionRow.position).desc())
        .limit(1)
        .scalar_subquery()
    )
    is_replaced = col(SubmissionRow.revision) < col(FilingHeadRow.revision)
    return case(
        (is_replaced, FilingState.REPLACED.value),
        else_=func.coalesce(decided_last, FilingState.ACCEPTED.value),
    )


def _is_sibling(row: SubmissionRow) -> Any:
    of = (row.plan, row.agency, row.period)
    return tuple_(col(SubmissionRow.plan), col(SubmissionRow.agency), col(SubmissionRow.period)) == of
