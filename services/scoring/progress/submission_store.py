"""Submissions in PostgreSQL that ended, and those that wait for their plan version or agency."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.scoring.judging.model import Ended, Key
from shared.events.submissions import SubmissionAccepted
from shared.events.vocabulary import Ending


class EndingStore:
    """Withdrawals and returns, whether or not what they end is known."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, endings: Sequence[Ended]) -> None:
        """Keep endings; of two of one submission the first."""
        await self._connection.executemany(
            "insert into ended_submission as known"
            " (submission, plan, agency, period, revision, ending, ended_at, ended_by, reason)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (submission) do update"
            " set ending = excluded.ending, ended_at = excluded.ended_at, ended_by = excluded.ended_by,"
            " reason = excluded.reason"
            ' where (excluded.ended_at, excluded.ending collate "C") < (known.ended_at, known.ending collate "C")',
            [
                (
                    each.submission,
                    each.key.plan,
                    each.key.agency,
                    each.key.period,
                    each.revision,
                    each.ending.value,
                    each.ended_at,
                    each.ended_by,
                    each.reason,
                )
                for each in endings
            ],
        )

    async def of(self, submissions: Collection[UUID]) -> list[Ended]:
        """Return the endings of those of the submissions that ended."""
        rows = await self._connection.fetch(
            "select * from ended_submission where submission = any($1::uuid[])", list(submissions)
        )
        return [
            Ended(
                key=Key(plan=row["plan"], agency=row["agency"], period=row["period"]),
                submission=row["submission"],
                revision=row["revision"],
                ending=Ending(row["ending"]),
                ended_at=row["ended_at"],
                ended_by=row["ended_by"],
                reason=row["reason"],
            )
            for row in rows
        ]


class WaitingStore:
    """Submissions that wait for their plan version or agency, in PostgreSQL."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, events: Sequence[SubmissionAccepted], *, faults: Sequence[str | None]) -> None:
        """Keep submissions until they can be judged; one with a fault stays for a person to look at."""
        await self._connection.executemany(
            "insert into waiting_submission (event_id, plan, plan_version, period, agency, event, fault)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (event_id) do nothing",
            [
                (each.id, data.plan, data.plan_version, data.period, data.agency, each.to_bytes(), fault)
                for each, fault in zip(events, faults, strict=True)
                for data in [each.data]
            ],
        )

    async def release(self, *, limit: int) -> list[SubmissionAccepted]:
        """Return and forget up to `limit` submissions whose plan version and agency are known by now."""
        rows = await self._connection.fetch(
            "delete from waiting_submission where event_id in ("
            " select event_id from waiting_submission as waiting"
            " join plan_version on plan_version.plan = waiting.plan and version = waiting.plan_version"
            " join agency on agency.id = waiting.agency where fault is null limit $1) returning event",
            limit,
        )
        return [SubmissionAccepted.model_validate_json(row["event"]) for row in rows]

    async def keys(self, plans: Collection[str]) -> set[Key]:
        """Return the agencies and periods of these plans for which a submission waits."""
        rows = await self._connection.fetch(
            "select plan, agency, period from waiting_submission where plan = any($1::text[])", list(plans)
        )
        return {Key(plan=row["plan"], agency=row["agency"], period=row["period"]) for row in rows}
