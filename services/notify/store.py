"""Notify's book on PostgreSQL, within one transaction: a few statements for a whole batch."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from services.notify import codec
from services.notify.model import Agency, Plan, Progress, with_lag_began
from services.notify.notices import Situation
from services.notify.ports import Decided, Pair
from services.notify.queueing import mark_over, queue_notices, withdraw_notices
from services.notify.situations import load_situations

_PLANS_LOCK: Final = 0x706C616E  # "plan"


class PostgresBook:
    """What notify keeps, in PostgreSQL."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep_agencies(self, agencies: Sequence[Agency]) -> None:
        """Keep agencies as they were registered last."""
        latest = {agency.id: codec.text_of_agency(agency) for agency in agencies}
        if latest:
            await self._connection.execute(
                "insert into agency (id, body) select * from unnest($1::text[], $2::jsonb[])"
                " on conflict (id) do update set body = excluded.body",
                list(latest),
                list(latest.values()),
            )

    async def keep_plans(self, plans: Sequence[Plan], *, now: datetime) -> list[str]:
        """Keep plan versions and return the ids of plans that have one not known before."""
        arrived = []
        if plans:
            # Alone: progress kept meanwhile by another process would see no plan, and we would not see that progress.
            await self._connection.execute("select pg_advisory_xact_lock($1)", _PLANS_LOCK)
        for plan in plans:
            is_new = await self._connection.fetchval(
                "insert into plan_version (plan, version, body, known_since) values ($1, $2, $3, $4)"
                " on conflict do nothing returning true",
                plan.id,
                plan.version,
                codec.text_of_plan(plan),
                now,
            )
            if is_new:
                arrived.append(plan.id)
        return arrived

    async def keep_progress(self, progress: Sequence[Progress]) -> list[Pair]:
        """Keep what is newer than what is kept and return whose progress changed."""
        if not progress:
            return []
        await self._connection.execute("select pg_advisory_xact_lock_shared($1)", _PLANS_LOCK)
        newest = await self._kept({(row.plan, row.agency, row.period) for row in progress})
        for row in sorted(progress, key=lambda row: row.sequence):
            key = (row.plan, row.agency, row.period)
            before = newest.get(key)
            if before is None or before.sequence < row.sequence:
                newest[key] = with_lag_began(row, before=before)
        rows = [newest[key] for key in sorted(newest)]
        changed = await self._connection.fetch(
            "insert into progress (plan, agency, period, sequence, starts_on, is_filed, is_closed, is_synthetic, body)"
            " select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::date[], $6::bool[],"
            " $7::bool[], $8::bool[], $9::jsonb[])"
            " on conflict (plan, agency, period) do update set sequence = excluded.sequence,"
            " starts_on = excluded.starts_on, is_filed = excluded.is_filed, is_closed = excluded.is_closed,"
            " is_synthetic = excluded.is_synthetic, body = excluded.body where progress.sequence < excluded.sequence"
            " returning plan, agency",
            [row.plan for row in rows],
            [row.agency for row in rows],
            [row.period for row in rows],
            [row.sequence for row in rows],
            [row.starts_on for row in rows],
            [row.filing is not None for row in rows],
            [row.is_closed and row.is_owed for row in rows],  # else nobody waits for anything
            [row.filing is not None and row.filing.is_synthetic for row in rows],
            [codec.text_of_progress(row) for row in rows],
        )
        return [(row["plan"], row["agency"]) for row in changed]

    async def _kept(self, keys: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], Progress]:
        """Return what is kept of these plans, agencies and periods, locked until it is replaced."""
        plans, agencies, periods = zip(*sorted(keys), strict=True)
        rows = await self._connection.fetch(
            "select body from progress join unnest($1::text[], $2::text[], $3::text[]) as asked (plan, agency, period)"
            " using (plan, agency, period) order by plan, agency, period for update of progress",
            plans,
            agencies,
            periods,
        )
        kept = [codec.PROGRESS.validate_json(row["body"]) for row in rows]
        return {(row.plan, row.agency, row.period): row for row in kept}

    async def pairs_of(self, plans: Collection[str]) -> list[Pair]:
        """Return every agency that has progress in these plans."""
        if not plans:
            return []
        rows = await self._connection.fetch(
            "select distinct plan, agency from progress where plan = any($1::text[])", list(plans)
        )
        return [(row["plan"], row["agency"]) for row in rows]

    async def situations(self, pairs: Collection[Pair]) -> list[Situation]:
        """Return the situation of each agency whose plan is known and that has a judgement, and lock its notices."""
        return await load_situations(self._connection, pairs)

    async def save(self, decided: Sequence[Decided], *, now: datetime) -> None:
        """Queue what is due, one notice a recipient, and end what was withdrawn."""
        await withdraw_notices(
            self._connection, [gone for each in decided for gone in each.decision.withdrawn], now=now
        )
        await queue_notices(self._connection, [each.told for each in decided if each.told], now=now)
        await mark_over(self._connection, [over for each in decided for over in each.decision.over])
