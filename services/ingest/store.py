"""Ingest's handlers' ports on PostgreSQL, within one transaction each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from services.ingest.faults import key_reused, stale_revision
from services.ingest.model import Filing, FilingWarning, Head, Receipt
from services.ingest.ports import Outcome
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.events.submissions import SubmissionAccepted
from shared.runtime.clock import Clock
from shared.runtime.outbox import Announcement, announce


class PostgresFilings:
    """Accepted submissions in PostgreSQL: a few statements for a whole batch."""

    def __init__(self, connection: Any, *, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def claim(self, batch: Sequence[Filing]) -> list[int | Outcome]:
        """Return for each filing its revision, or what became of it already: a replayed receipt, a stale revision.

        Filings of one agency and period take their revisions in the order of the batch, which holds each
        Idempotency-Key once.
        """
        outcomes = await self._claim_keys([filing for filing in batch if filing.idempotency_key])
        fresh = [filing for filing in batch if filing.submission not in outcomes]
        taken = Counter(filing.head for filing in fresh)
        latest = await self._take_revisions(taken)
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
        await self._release(stale)
        return [outcomes[filing.submission] for filing in batch]

    async def observed(self, revisions: Mapping[Head, int]) -> Mapping[Head, Sequence[str]]:
        """Return the indicators that these revisions have."""
        if not revisions:
            return {}
        rows = await self._connection.fetch(
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

    async def save(self, accepted: Sequence[tuple[Filing, Receipt, bytes]]) -> None:
        """Keep the filings, their receipts and their events as they travel."""
        if not accepted:
            return
        await self._connection.copy_records_to_table(
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

    async def _claim_keys(self, keyed: Sequence[Filing]) -> dict[UUID, int | Outcome]:
        """Take the Idempotency-Keys; return what was told before for those that were taken already."""
        if not keyed:
            return {}
        columns = (
            [filing.filed_by for filing in keyed],
            [filing.idempotency_key for filing in keyed],
        )
        taken = await self._connection.fetch(
            "insert into idempotency (filer, key, request_hash, submission, created_at)"
            " select * from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::timestamptz[])"
            " order by 1, 2 on conflict do nothing returning submission",
            *columns,
            [filing.request_hash for filing in keyed],
            [filing.submission for filing in keyed],
            [self._clock.now()] * len(keyed),
        )
        fresh = {row["submission"] for row in taken}
        known = [filing for filing in keyed if filing.submission not in fresh]
        if not known:
            return {}
        rows = await self._connection.fetch(
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

    async def _take_revisions(self, taken: Mapping[Head, int]) -> dict[Head, int]:
        """Take so many revisions of each agency and period, whose rows stay locked; return the latest of each."""
        if not taken:
            return {}
        rows = await self._connection.fetch(
            "insert into filing_head as head (plan, agency, period, revision)"
            " select * from unnest($1::text[], $2::text[], $3::text[], $4::int[]) order by 1, 2, 3"
            " on conflict (plan, agency, period) do update set revision = head.revision + excluded.revision"
            " returning plan, agency, period, revision",
            *_columns(taken),
            list(taken.values()),
        )
        return {(row["plan"], row["agency"], row["period"]): row["revision"] for row in rows}

    async def _release(self, stale: Sequence[Filing]) -> None:
        """Give back revisions and keys taken for filings that turned out stale; their rows are still locked."""
        if not stale:
            return
        released = Counter(filing.head for filing in stale)
        await self._connection.execute(
            "update filing_head head set revision = head.revision - given.count"
            " from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as given(plan, agency, period, count)"
            " where (head.plan, head.agency, head.period) = (given.plan, given.agency, given.period)",
            *_columns(released),
            list(released.values()),
        )
        await self._connection.execute(
            "delete from idempotency where submission = any($1::uuid[])", [filing.submission for filing in stale]
        )


class PostgresPlans:
    """Plan versions and agencies in PostgreSQL."""

    def __init__(self, connection: Any, *, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def latest(self, plan: str) -> tuple[int, str] | None:
        """Return version and content hash of a plan's latest version; other loads of the plan wait for this one."""
        await self._connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", plan)
        row = await self._connection.fetchrow(
            "select version, content_hash from plan_version where plan = $1 order by version desc limit 1", plan
        )
        return (row["version"], row["content_hash"]) if row else None

    async def registry(self) -> Mapping[str, AgencyRegisteredData]:
        """Return all agencies by id; no other folder changes them until the transaction ends."""
        await self._connection.execute("select pg_advisory_xact_lock(hashtextextended('registry', 1))")
        rows = await self._connection.fetch("select body from agency")
        agencies = (AgencyRegisteredData.model_validate_json(row["body"]) for row in rows)
        return {each.agency: each for each in agencies}

    async def newest(self) -> Sequence[PlanPublishedData]:
        """Return the newest version of every plan."""
        rows = await self._connection.fetch(
            "select distinct on (plan) body from plan_version order by plan, version desc"
        )
        return [PlanPublishedData.model_validate_json(row["body"]) for row in rows]

    async def save(self, plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData]) -> None:
        """Keep a plan version and the registry that came with it."""
        await self._connection.execute(
            "insert into plan_version (plan, version, content_hash, body, loaded_at) values ($1, $2, $3, $4, $5)",
            plan.plan,
            plan.version,
            plan.content_hash,
            plan.model_dump_json(),
            self._clock.now(),
        )
        await self._connection.execute(
            "insert into agency (id, body) select * from unnest($1::text[], $2::jsonb[])"
            " on conflict (id) do update set body = excluded.body",
            [agency.agency for agency in agencies],
            [agency.model_dump_json() for agency in agencies],
        )


class PostgresOutbox:
    """The outbox of the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put events into the transaction under way."""
        await announce(self._connection, announcements)


def receipt_from(event: bytes, *, is_replay: bool = False) -> Receipt:
    """Return the receipt that was given for the submission of an event."""
    accepted = SubmissionAccepted.model_validate_json(event)
    submission = accepted.data
    return Receipt(
        submission=submission.submission,
        plan=submission.plan,
        plan_version=submission.plan_version,
        agency=submission.agency,
        period=submission.period,
        revision=submission.revision,
        received_at=submission.filed_at,
        observations=len(submission.observations),
        is_synthetic=submission.is_synthetic,
        warnings=tuple(FilingWarning(each.code, each.indicators) for each in submission.warnings),
        is_replay=is_replay,
    )


def _columns(heads: Iterable[Head]) -> list[list[str]]:
    return [list(column) for column in zip(*heads, strict=True)]
