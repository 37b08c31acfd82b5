"""Keeps in PostgreSQL which submissions were withdrawn or returned."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from services.scoring.model import Ended, Key
from shared.events.vocabulary import Ending


class PostgresEndings:
    """Withdrawals and returns, whether or not what they end is known."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, endings: Sequence[Ended]) -> None:
        """Keep endings; of two of one submission the first."""
        await self._connection.executemany(
            "insert into ended_submission as known"
            " (submission, plan, plan_version, agency, period, revision, ending, ended_at, ended_by, reason)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (submission) do update"
            " set ending = excluded.ending, ended_at = excluded.ended_at, ended_by = excluded.ended_by,"
            " reason = excluded.reason"
            ' where (excluded.ended_at, excluded.ending collate "C") < (known.ended_at, known.ending collate "C")',
            [
                (
                    each.submission,
                    each.key.plan,
                    each.plan_version,
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
                plan_version=row["plan_version"],
                submission=row["submission"],
                revision=row["revision"],
                ending=Ending(row["ending"]),
                ended_at=row["ended_at"],
                ended_by=row["ended_by"],
                reason=row["reason"],
            )
            for row in rows
        ]
