"""Submissions in PostgreSQL: a batch is accepted by a few statements on asyncpg, all else is a SQLModel session."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Text, cast, insert
from sqlalchemy.dialects.postgresql import array
from sqlmodel import and_, col, func, literal, select

from services.ingest.exceptions.store import next_position
from services.ingest.metadata import outbox
from services.ingest.plans.model import FilingKey
from services.ingest.submissions.model import Decision, Filing, Receipt, SubmissionState, Verdict
from services.ingest.submissions.tables import DecisionRow, FilingHeadRow, IdempotencyRow, SubmissionRow
from shared.events import topics
from shared.events.submissions import SubmissionAccepted
from shared.runtime.clock import TIMEZONE
from shared.runtime.database import Session

IS_ITS_HEAD: Final = and_(
    FilingHeadRow.plan == SubmissionRow.plan,
    FilingHeadRow.agency == SubmissionRow.agency,
    FilingHeadRow.period == SubmissionRow.period,
)
"""Joins a submission with the latest revision of its agency and period."""


async def indicators_of(connection: Any, revisions: Mapping[FilingKey, int]) -> dict[FilingKey, Sequence[str]]:
    """Return the indicators of these revisions."""
    if not revisions:
        return {}
    rows = await connection.fetch(
        "select plan, agency, period, event from submission"
        " join unnest($1::text[], $2::text[], $3::text[], $4::int[]) as given(plan, agency, period, revision)"
        " using (plan, agency, period, revision)",
        *_columns(revisions),
        list(revisions.values()),
    )
    return {
        FilingKey(row["plan"], row["agency"], row["period"]): [
            each["indicator"] for each in orjson.loads(row["event"])["data"]["observations"]
        ]
        for row in rows
    }


async def save(connection: Any, accepted: Sequence[SubmissionAccepted]) -> None:
    """Store the events of accepted filings, as they are published."""
    if not accepted:
        return
    columns = ("plan", "plan_version", "agency", "period", "revision", "filed_by", "filed_at")
    await connection.copy_records_to_table(
        "submission",
        columns=("id", *columns, "is_flagged", "event"),
        records=[
            (
                each.data.submission,
                *(getattr(each.data, column) for column in columns),
                bool(each.data.warnings),
                each.to_bytes(),
            )
            for each in accepted
        ],
    )


async def take_keys(connection: Any, keyed: Sequence[Filing], *, now: datetime) -> dict[UUID, tuple[bytes, Receipt]]:
    """Take the Idempotency-Keys of filings; return the request hash and the receipt of those that were taken before."""
    if not keyed:
        return {}
    taken = await connection.fetch(
        "insert into idempotency (filer, key, request_hash, submission, created_at)"
        " select * from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::timestamptz[])"
        " order by 1, 2 on conflict do nothing returning submission",
        [filing.filed_by for filing in keyed],
        [filing.idempotency_key for filing in keyed],
        [filing.draft.request_hash for filing in keyed],
        [filing.submission for filing in keyed],
        [now] * len(keyed),
    )
    fresh = {row["submission"] for row in taken}
    known = [filing for filing in keyed if filing.submission not in fresh]
    if not known:
        return {}
    rows = await connection.fetch(
        "select given.submission, i.request_hash, s.event from idempotency i join submission s on s.id = i.submission"
        " join unnest($1::text[], $2::text[], $3::uuid[]) as given(filer, key, submission) using (filer, key)",
        [filing.filed_by for filing in known],
        [filing.idempotency_key for filing in known],
        [filing.submission for filing in known],
    )
    return {row["submission"]: (row["request_hash"], _replay(row["event"])) for row in rows}


async def take_revisions(connection: Any, counts: Mapping[FilingKey, int]) -> dict[FilingKey, int]:
    """Take so many revisions of each filing key, and return the latest before them; the rows stay locked."""
    if not counts:
        return {}
    rows = await connection.fetch(
        "insert into filing_head as head (plan, agency, period, revision)"
        " select * from unnest($1::text[], $2::text[], $3::text[], $4::int[]) order by 1, 2, 3"
        " on conflict (plan, agency, period) do update set revision = head.revision + excluded.revision"
        " returning plan, agency, period, revision",
        *_columns(counts),
        list(counts.values()),
    )
    latest = {FilingKey(row["plan"], row["agency"], row["period"]): row["revision"] for row in rows}
    return {key: latest[key] - count for key, count in counts.items()}


async def release(connection: Any, stale: Sequence[Filing]) -> None:
    """Give back the revisions and keys of stale filings; their rows are still locked."""
    if not stale:
        return
    released = Counter(filing.filing_key for filing in stale)
    await connection.execute(
        "update filing_head head set revision = head.revision - given.count"
        " from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as given(plan, agency, period, count)"
        " where (head.plan, head.agency, head.period) = (given.plan, given.agency, given.period)",
        *_columns(released),
        list(released.values()),
    )
    await connection.execute(
        "delete from idempotency where submission = any($1::uuid[])", [filing.submission for filing in stale]
    )


async def state_of(session: Session, submission: UUID, *, is_locked: bool = False) -> SubmissionState | None:
    """Return a submission with what was decided; None where there is none.

    Where `is_locked`, no correction is accepted and nothing else is decided until the transaction ends.
    """
    statement = select(SubmissionRow, FilingHeadRow.revision).join(FilingHeadRow, IS_ITS_HEAD)
    statement = statement.where(SubmissionRow.id == submission)
    if is_locked:
        statement = statement.with_for_update(of=FilingHeadRow)
    found = (await session.exec(statement)).one_or_none()
    if found is None:
        return None
    row, latest_revision = found
    decisions = await session.exec(
        select(DecisionRow).where(DecisionRow.submission == submission).order_by(col(DecisionRow.position))
    )
    return SubmissionState(
        accepted=SubmissionAccepted.model_validate_json(row.event).data,
        latest_revision=latest_revision,
        decisions=tuple(map(_decision, decisions)),
    )


async def save_decision(session: Session, submission: UUID, decision: Decision, event: bytes | None) -> None:
    """Store a decision about a submission, with its event where it is announced."""
    position = await next_position(session)
    session.add(DecisionRow(submission=submission, position=position, event=event, **asdict(decision)))
    await session.flush()


async def receipt_given(session: Session, *, filer: str, key: str, request_hash: bytes) -> Receipt | None:
    """Return the receipt that was given for the same request under the same Idempotency-Key, marked as replayed."""
    statement = select(SubmissionRow.event).join(IdempotencyRow, col(IdempotencyRow.submission) == SubmissionRow.id)
    statement = statement.where(
        IdempotencyRow.filer == filer, IdempotencyRow.key == key, IdempotencyRow.request_hash == request_hash
    )
    event = (await session.exec(statement)).first()
    return _replay(event) if event else None


async def republish(session: Session) -> int:
    """Put the event of every submission into the outbox again, then those of all decisions; return how many."""
    accepted = select(
        literal(topics.SUBMISSIONS.name),
        SubmissionRow.agency,
        literal("submission.accepted.v1"),
        array([cast(col(SubmissionRow.id), Text)]),
    ).order_by(col(SubmissionRow.filed_at), col(SubmissionRow.revision))
    decided = (
        select(
            literal(topics.SUBMISSIONS.name),
            SubmissionRow.agency,
            func.concat("submission.", DecisionRow.verdict, ".v1"),
            DecisionRow.event,
        )
        .join(SubmissionRow, col(SubmissionRow.id) == DecisionRow.submission)
        .where(col(DecisionRow.event).is_not(None))
        .order_by(col(DecisionRow.position))
    )
    count = 0
    for held_in, events in (("place", accepted), ("value", decided)):
        result = await session.exec(insert(outbox).from_select(["topic", "key", "event_type", held_in], events))
        count += result.rowcount
    return count


def _replay(event: bytes) -> Receipt:
    """Return the receipt that was given for a stored event."""
    return Receipt(SubmissionAccepted.model_validate_json(event).data, is_replay=True)


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        verdict=Verdict(row.verdict),
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at.astimezone(TIMEZONE),
    )


def _columns(keys: Iterable[FilingKey]) -> list[list[str]]:
    return [list(column) for column in zip(*keys, strict=True)]
