"""Reopenings on PostgreSQL: recorded one after the other, never changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.ingest.exceptions.model import Reopening
from services.ingest.plans.model import Head
from shared.runtime.clock import TIMEZONE


class PostgresReopenings:
    """Reopenings in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, reopening: Reopening) -> None:
        """Record a reopening; it counts instead of earlier ones of the same period and agency."""
        await self._connection.execute(
            "insert into reopening (plan, agency, period, last_on, reason, granted_by, granted_at)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            *reopening.head,
            reopening.last_on,
            reopening.reason,
            reopening.granted_by,
            reopening.granted_at,
        )

    async def recorded(self, *, plan: str | None = None, agency: str | None = None) -> Sequence[Reopening]:
        """Return the reopenings of a plan and an agency, or of all, in the order in which they were recorded."""
        rows = await self._connection.fetch(
            "select plan, agency, period, last_on, reason, granted_by, granted_at from reopening"
            " where ($1::text is null or plan = $1) and ($2::text is null or agency = $2) order by id",
            plan,
            agency,
        )
        return [Reopening(**{**row, "granted_at": row["granted_at"].astimezone(TIMEZONE)}) for row in rows]

    async def last_days(self) -> Mapping[Head, date]:
        """Return until when each period that was ever reopened takes corrections of its agency."""
        rows = await self._connection.fetch(
            "select distinct on (plan, agency, period) plan, agency, period, last_on from reopening"
            " order by plan, agency, period, id desc"
        )
        return {(row["plan"], row["agency"], row["period"]): row["last_on"] for row in rows}
