"""Keeps in PostgreSQL what was decided about submissions after they were accepted."""

from typing import Any
from uuid import UUID

from services.ingest.model import Decision, Submitted, Verdict
from shared.runtime.clock import TIMEZONE


class PostgresDecisions:
    """Withdrawals and reviews, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def locked(self, submission: UUID) -> Submitted | None:
        """Return a submission with what was decided; no correction is accepted until the transaction ends."""
        row = await self._connection.fetchrow(
            "select s.id as submission, s.plan, s.plan_version, s.agency, s.period, s.revision, s.filed_by,"
            " head.revision as latest_revision from submission s join filing_head head using (plan, agency, period)"
            " where s.id = $1 for update of head",
            submission,
        )
        return Submitted(**row, decisions=await self.of(submission)) if row else None

    async def of(self, submission: UUID) -> tuple[Decision, ...]:
        """Return what was decided about a submission, the first decision first."""
        rows = await self._connection.fetch(
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

    async def save(self, submitted: Submitted, decision: Decision, event: bytes | None) -> None:
        """Keep a decision, and its event as it travels where it has one."""
        await self._connection.execute(
            "insert into decision (submission, verdict, reason, decided_by, decided_at, event)"
            " values ($1, $2, $3, $4, $5, $6)",
            submitted.submission,
            decision.verdict.value,
            decision.reason,
            decision.decided_by,
            decision.decided_at,
            event,
        )
