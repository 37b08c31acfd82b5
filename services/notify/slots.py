"""Writes each period's digest when its slot has come: once, also after the service was down at that hour."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from services.notify import codec
from services.notify.contents import DigestContents, Unsent
from services.notify.digest import digest_of, reporting_agencies
from services.notify.model import Agency, NoticeKind, Period, Plan, Progress, Words
from services.notify.notices import Due, Why
from services.notify.policy import digest_cause, due_digests
from services.notify.queueing import queue_notices, withdraw_notices
from services.notify.situations import agencies_of, latest_plans
from services.notify.working_hours import digest_slot, next_working_moment
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.outages import Outage

_LOOK_SECONDS: Final = 2.0
_GRACE: Final = timedelta(days=1)  # after its slot a digest no longer waits for standings that were not announced


class DigestSlots:
    """Looks for digests that are due whenever the clock moved or events were taken in."""

    def __init__(self, database: Database, *, clock: Clock, on_queued: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._on_queued = on_queued
        self._wake = asyncio.Event()
        self.outage: Final = Outage("digests wait", back="digests go on")

    def wake(self) -> None:
        """Say that standings arrived, which a digest may wait for."""
        self._wake.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._wake.clear()
            now = self._clock.now()
            try:
                await self.look(now=now)
            except TRANSIENT as error:
                self.outage.note(error)
            else:
                self.outage.end()
            waiting = {
                asyncio.ensure_future(self._wake.wait()),
                asyncio.ensure_future(self._clock.sleep(_LOOK_SECONDS, since=now)),
            }
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waiting:
                    each.cancel()

    async def look(self, *, now: datetime) -> None:
        """Queue the latest digest that is due of each plan; an older one still owed is told by the newer."""
        async with self._database.transaction() as connection:
            known = await connection.fetch("select plan, min(known_since) as since from plan_version group by plan")
            plans = await latest_plans(connection, [row["plan"] for row in known])
        for row in known:
            plan = plans[row["plan"]]
            async with self._database.transaction() as connection:
                decided = await connection.fetch(
                    "select distinct period from notice where plan = $1 and kind = 'digest'", plan.id
                )
                due = due_digests(
                    plan=plan,
                    known_since=row["since"].astimezone(now.tzinfo),
                    decided=frozenset(each["period"] for each in decided),
                    now=now,
                )
                if due and await _queued(connection, plan, due=due, now=now):
                    self._on_queued()


async def _queued(connection: Any, plan: Plan, *, due: tuple[str, ...], now: datetime) -> bool:
    agencies = await agencies_of(connection, plan.agencies)
    rows = await connection.fetch("select body from progress where plan = $1 and (is_filed or is_closed)", plan.id)
    progress = [codec.PROGRESS.validate_json(row["body"]) for row in rows]
    period = next(each for each in plan.periods if each.id == due[-1])
    if not _is_complete(plan, period, agencies=agencies, progress=progress, now=now):
        return False
    before = await _last_digest(connection, plan.id)
    contents = digest_of(
        plan=plan,
        period=period,
        agencies=agencies,
        progress=progress,
        before=before[1] if before else None,
        unsent=await _unsent(connection, plan.id, agencies=agencies, since=before[0] if before else None),
        now=now,
    )
    told = [(_due(plan, period=each, now=now), contents) for each in due]
    await queue_notices(connection, told, now=now)
    superseded = [(digest_cause(plan=plan.id, period=each), Why.SUPERSEDED) for each in due[:-1]]
    await withdraw_notices(connection, superseded, now=now)
    return True


def _due(plan: Plan, *, period: str, now: datetime) -> Due:
    return Due(
        cause=digest_cause(plan=plan.id, period=period),
        kind=NoticeKind.DIGEST,
        plan=plan.id,
        agency=plan.lead_agency,
        period=period,
        thread=f"{plan.id}.digest",
        indicators=(),
        due_at=next_working_moment(now, plan=plan),
    )


def _is_complete(
    plan: Plan, period: Period, *, agencies: dict[str, Agency], progress: list[Progress], now: datetime
) -> bool:
    """Return whether every agency that reports has a standing, so that a digest at 08:00 sharp misses nobody."""
    told = {row.agency for row in progress if row.period == period.id}
    if reporting_agencies(plan=plan, agencies=agencies, period=period) <= told:
        return True
    return now >= digest_slot(period.due_on, plan=plan, timezone=now.tzinfo) + _GRACE


async def _last_digest(connection: Any, plan: str) -> tuple[datetime, DigestContents] | None:
    row = await connection.fetchrow(
        "select decided_at, contents from notice where plan = $1 and kind = 'digest'"
        " and reason is distinct from $2 order by position desc limit 1",
        plan,
        Why.SUPERSEDED.value,
    )
    return (row["decided_at"], codec.DIGEST.validate_json(row["contents"])) if row else None


async def _unsent(
    connection: Any, plan: str, *, agencies: dict[str, Agency], since: datetime | None
) -> tuple[Unsent, ...]:
    rows = await connection.fetch(
        "select kind, reason, count(*) as count, array_agg(distinct agency order by agency) as agencies from notice"
        " where plan = $1 and state in ('skipped', 'failed', 'held', 'unknown')"
        " and ($2::timestamptz is null or decided_at > $2)"
        " group by kind, reason order by kind, reason",
        plan,
        since,
    )
    return tuple(
        Unsent(
            kind=NoticeKind(row["kind"]),
            why=row["reason"],
            count=row["count"],
            agencies=tuple(
                agencies[each].name if each in agencies else Words(vi=each, en=each) for each in row["agencies"]
            ),
        )
        for row in rows
    )
