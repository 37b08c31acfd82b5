"""Accepted submissions in PostgreSQL, within the transaction under way: a few statements for a whole batch."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.ingest.plans.model import Head
from services.ingest.submissions.events import receipt_from
from services.ingest.submissions.faults import Fault, key_reused, stale_revision
from services.ingest.submissions.model import Decision, Filing, Receipt, Verdict
from shared.runtime.clock import TIMEZONE

_AT_ONCE: Final = 500

Outcome = Receipt | Fault
"""What became of one filing: a receipt, or the fault that only the store could see."""


async def claim(connection: Any, batch: Sequence[Filing], *, now: datetime) -> list[int | Outcome]:
    """Return for each filing its revision, or what became of it already: a replayed receipt, a stale revision.

    Filings of one agency and period take their revisions in the order of the batch, which holds each
    Idempotency-Key once.
    """
    outcomes = await _claim_keys(connection, [filing for filing in batch if filing.idempotency_key], now=now)
    fresh = [filing for filing in batch if filing.submission not in outcomes]
    taken = Counter(filing.head for filing in fresh)
    latest = await _take_revisions(connection, taken)
    next_of = {head: latest[head] - count + 1 for head, count in taken.items()}
    stale = []
    for filing in fresh:
        head = filing.head
        if filing.draft.revision not in {None, next_of[head]}:
            outcomes[filing.submission] = stale_revision(filing.draft.revision or 0, following=next_of[head])
            stale.append(filing)
        else:
            outcomes[filing.submission] = next_of[head]
            next_of[head] += 1
    await _release(connection, stale)
    return [outcomes[filing.submission] for filing in batch]


async def observed(connection: Any, revisions: Mapping[Head, int]) -> Mapping[Head, Sequence[str]]:
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
        (row["plan"], row["agency"], row["period"]): [
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


async def _take_revisions(connection: Any, taken: Mapping[Head, int]) -> dict[Head, int]:
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
    return {(row["plan"], row["agency"], row["period"]): row["revision"] for row in rows}


async def _release(connection: Any, stale: Sequence[Filing]) -> None:
    """Give back revisions and keys taken for filings that turned out stale; their rows are still locked."""
    if not stale:
        return
    released = Counter(filing.head for filing in stale)
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


async def event_seen_by(connection: Any, submission: UUID, *, agency: str, sees_all: bool) -> bytes | None:
    """Return the event of a submission that an agency filed or had filed, or of any where it sees all."""
    event: bytes | None = await connection.fetchval(
        "select event from submission where id = $1 and ($3 or agency = $2 or filed_by = $2)",
        submission,
        agency,
        sees_all,
    )
    return event


async def event_of(connection: Any, submission: UUID) -> bytes:
    """Return the event of a submission that is there."""
    event: bytes = await connection.fetchval("select event from submission where id = $1", submission)
    return event


async def told_before(connection: Any, *, filer: str, key: str, request_hash: bytes) -> Receipt | None:
    """Return the receipt that was given for the same body under the same Idempotency-Key, marked as replayed."""
    event = await connection.fetchval(
        "select s.event from idempotency i join submission s on s.id = i.submission"
        " where i.filer = $1 and i.key = $2 and i.request_hash = $3",
        filer,
        key,
        request_hash,
    )
    return receipt_from(event, is_replay=True) if event else None


async def decisions_about(connection: Any, submission: UUID) -> tuple[Decision, ...]:
    """Return what was decided about a submission, the first decision first."""
    rows = await connection.fetch(
        "select verdict, reason, decided_by, decided_at from decision where submission = $1"
        " order by verdict <> 'verified', decided_at",  # nothing follows an end
        submission,
    )
    return tuple(
        Decision(
            verdict=Verdict(row["verdict"]),
            reason=row["reason"],
            decided_by=row["decided_by"],
            decided_at=row["decided_at"].astimezone(TIMEZONE),
        )
        for row in rows
    )


async def announced(connection: Any) -> AsyncIterator[list[tuple[str, str, bytes]]]:
    """Yield every event of a submission as it was announced: agency, type and body, some hundreds at once.

    All acceptances come before all withdrawals and returns.
    """
    for query in (
        "select agency, 'submission.accepted.v1', event from submission order by filed_at, revision",
        (
            "select agency, 'submission.' || verdict || '.v1', decision.event"
            " from decision join submission on submission.id = decision.submission"
            " where decision.event is not null order by decided_at"
        ),
    ):
        some: list[tuple[str, str, bytes]] = []
        async for row in connection.cursor(query, prefetch=_AT_ONCE):
            some.append(tuple(row))
            if len(some) == _AT_ONCE:
                yield some
                some = []
        yield some


def _columns(heads: Iterable[Head]) -> list[list[str]]:
    return [list(column) for column in zip(*heads, strict=True)]
