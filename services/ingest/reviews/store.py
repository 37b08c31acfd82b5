"""Keeps in PostgreSQL what was decided about submissions after they were accepted."""

from typing import Any
from uuid import UUID

from services.ingest.reviews.model import Submitted
from services.ingest.submissions.model import Decision
from services.ingest.submissions.store import decisions_about


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
        return Submitted(**row, decisions=await decisions_about(self._connection, submission)) if row else None

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
