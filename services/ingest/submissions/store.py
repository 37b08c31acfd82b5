"""Submissions in PostgreSQL: accepting a batch takes a few asyncpg statements, all else a SQLModel session."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert
from sqlmodel import and_, col, func, literal, select

from services.ingest.metadata import outbox
from services.ingest.plans.model import FilingKey
from services.ingest.submissions.events import receipt_from
from services.ingest.submissions.faults import Fault, key_reused, stale_revision
from services.ingest.submissions.model import Decision, Filing, Receipt, SubmissionState, Verdict
from services.ingest.submissions.tables import DecisionRow, FilingHeadRow, IdempotencyRow, SubmissionRow
from shared.events import topics
from shared.runtime.clock import TIMEZONE
from shared.runtime.database import Session

Outcome = Receipt | Fault
"""What became of one filing: a receipt, or the fault that only the store could see."""


async def claim(connection: Any, batch: Sequence[Filing], *, now: datetime) -> list[int | Outcome]:
    """Return for each filing its revision, or what became of it already: a replayed receipt, a stale revision.

    Filings of one agency and period take their revisions in the order of the batch, which holds each
    Idempotency-Key once.
    """
    outcomes = await _claim_keys(connection, [filing for filing in batch if filing.idempotency_key], now=now)
    fresh = [filing for filing in batch if filing.submission not in outcomes]
    taken = Counter(filing.filing_key for filing in fresh)
    latest = await _take_revisions(connection, taken)
    next_of = {head: latest[head] - count + 1 for head, count in taken.items()}
    stale = []
    for filing in fresh:
        head = filing.filing_key
        if filing.draft.revision not in {None, next_of[head]}:
            outcomes[filing.submission] = stale_revision(filing.draft.revision or 0, following=next_of[head])
            stale.append(filing)
        else:
            outcomes[filing.submission] = next_of[head]
            next_of[head] += 1
    await _release(connection, stale)
    return [outcomes[filing.submission] for filing in batch]


async def observed(connection: Any, revisions: Mapping[FilingKey, int]) -> Mapping[FilingKey, Sequence[str]]:
    """Return the indicators that these revisions have."""
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


async def save(connection: Any, accepted: Sequence[tuple[Filing, Receipt, bytes]]) -> None:
    """Keep the filings, their receipts and their events as they travel."""
    if not accepted:
        return
    await connection.copy_records_to_table(
        "submission",
        columns=("id", "plan", "plan_version", "agency", "period", "revision", "filed_by", "filed_at", "event"),
        records=[
            (
                filing.submission,
                receipt.plan,
                receipt.plan_version,
                receipt.agency,
                receipt.period,
                receipt.revision,
                filing.filed_by,
                filing.filed_at,
                event,
            )
            for filing, receipt, event in accepted
        ],
    )


async def _claim_keys(connection: Any, keyed: Sequence[Filing], *, now: datetime) -> dict[UUID, int | Outcome]:
    """Take the Idempotency-Keys; return what was told before for those that were taken already."""
    if not keyed:
        return {}
    columns = (
        [filing.filed_by for filing in keyed],
        [filing.idempotency_key for filing in keyed],
    )
    taken = await connection.fetch(
        "insert into idempotency (filer, key, request_hash, submission, created_at)"
        " select * from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::timestamptz[])"
        " order by 1, 2 on conflict do nothing returning submission",
        *columns,
        [filing.request_hash for filing in keyed],
        [filing.submission for filing in keyed],
        [now] * len(keyed),
    )
    fresh = {row["submission"] for row in taken}
    known = [filing for filing in keyed if filing.submission not in fresh]
    if not known:
        return {}
    rows = await connection.fetch(
        "select i.filer, i.key, i.request_hash, s.event from idempotency i join submission s on s.id = i.submission"
        " join unnest($1::text[], $2::text[]) as given(filer, key) using (filer, key)",
        [filing.filed_by for filing in known],
        [filing.idempotency_key for filing in known],
    )
    before = {(row["filer"], row["key"]): row for row in rows}
    told: dict[UUID, int | Outcome] = {}
    for filing in known:
        row = before[filing.filed_by, filing.idempotency_key]
        same = row["request_hash"] == filing.request_hash
        told[filing.submission] = receipt_from(row["event"], is_replay=True) if same else key_reused()
    return told


async def _take_revisions(connection: Any, taken: Mapping[FilingKey, int]) -> dict[FilingKey, int]:
    """Take so many revisions of each agency and period, whose rows stay locked; return the latest of each."""
    if not taken:
        return {}
    rows = await connection.fetch(
        "insert into filing_head as head (plan, agency, period, revision)"
        " select * from unnest($1::text[], $2::text[], $3::text[], $4::int[]) order by 1, 2, 3"
        " on conflict (plan, agency, period) do update set revision = head.revision + excluded.revision"
        " returning plan, agency, period, revision",
        *_columns(taken),
        list(taken.values()),
    )
    return {FilingKey(row["plan"], row["agency"], row["period"]): row["revision"] for row in rows}


async def _release(connection: Any, stale: Sequence[Filing]) -> None:
    """Give back revisions and keys taken for filings that turned out stale; their rows are still locked."""
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
    is_its_head = and_(
        FilingHeadRow.plan == SubmissionRow.plan,
        FilingHeadRow.agency == SubmissionRow.agency,
        FilingHeadRow.period == SubmissionRow.period,
    )
    statement = select(SubmissionRow, FilingHeadRow.revision).join(FilingHeadRow, is_its_head)
    statement = statement.where(SubmissionRow.id == submission)
    if is_locked:
        statement = statement.with_for_update(of=FilingHeadRow)
    found = (await session.exec(statement)).one_or_none()
    if found is None:
        return None
    row, latest_revision = found
    decisions = await session.exec(select(DecisionRow).where(DecisionRow.submission == submission))
    return SubmissionState(
        receipt=receipt_from(row.event),
        event=row.event,
        filed_by=row.filed_by,
        latest_revision=latest_revision,
        decisions=tuple(sorted(map(_decision, decisions), key=_order)),
    )


async def save_decision(session: Session, submission: UUID, decision: Decision, event: bytes | None) -> None:
    """Keep a decision about a submission, and its event as it travels where it has one."""
    session.add(
        DecisionRow(
            submission=submission,
            verdict=decision.verdict.value,
            reason=decision.reason,
            decided_by=decision.decided_by,
            decided_at=decision.decided_at,
            event=event,
        )
    )
    await session.flush()


async def receipt_given(session: Session, *, filer: str, key: str, request_hash: bytes) -> Receipt | None:
    """Return the receipt that was given for the same request under the same Idempotency-Key, marked as replayed."""
    statement = select(SubmissionRow.event).join(IdempotencyRow, col(IdempotencyRow.submission) == SubmissionRow.id)
    statement = statement.where(
        IdempotencyRow.filer == filer, IdempotencyRow.key == key, IdempotencyRow.request_hash == request_hash
    )
    event = (await session.exec(statement)).first()
    return receipt_from(event, is_replay=True) if event else None


async def republish(session: Session) -> int:
    """Put the event of every submission into the outbox again, then those of all decisions; return how many."""
    accepted = select(
        literal(topics.SUBMISSIONS.name),
        SubmissionRow.agency,
        SubmissionRow.event,
        literal("submission.accepted.v1"),
    ).order_by(col(SubmissionRow.filed_at), col(SubmissionRow.revision))
    decided = (
        select(
            literal(topics.SUBMISSIONS.name),
            SubmissionRow.agency,
            DecisionRow.event,
            func.concat("submission.", DecisionRow.verdict, ".v1"),
        )
        .join(SubmissionRow, col(SubmissionRow.id) == DecisionRow.submission)
        .where(col(DecisionRow.event).is_not(None))
        .order_by(col(DecisionRow.decided_at))
    )
    count = 0
    for events in (accepted, decided):
        result = await session.exec(insert(outbox).from_select(["topic", "key", "value", "event_type"], events))
        count += result.rowcount
    return count


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        verdict=Verdict(row.verdict),
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at.astimezone(TIMEZONE),
    )


def _order(decision: Decision) -> tuple[bool, datetime]:
    return decision.verdict is not Verdict.VERIFIED, decision.decided_at  # nothing follows an end


def _columns(keys: Iterable[FilingKey]) -> list[list[str]]:
    return [list(column) for column in zip(*keys, strict=True)]
