"""Acts at moments that no event brings: a period's digest is due, or a period that an agency did not file is locked.

Each is told once, also after the service was down at that hour.
"""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from services.notify import codec
from services.notify.contents import Unsent
from services.notify.digest import digest_of, reporting_agencies
from services.notify.handlers import decide_again
from services.notify.model import Agency, NoticeKind, Period, Plan, Progress, Words
from services.notify.notices import Due, Why
from services.notify.policy import digest_cause, due_digests
from services.notify.queueing import queue_notices, withdraw_notices
from services.notify.situations import agencies_of, latest_plans
from services.notify.store import PostgresBook
from services.notify.working_hours import digest_slot, next_working_moment
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.outages import Outage
from shared.wording.alphabet import place_of

_LOOK_SECONDS: Final = 2.0
_ASKED_IN_VAIN: Final = """
select distinct agency from notice as asked
join progress using (plan, agency, period)
join unnest($2::text[], $3::timestamptz[]) as locked (period, at) using (period)
where plan = $1 and asked.kind = 'overdue' and asked.state in ('queued', 'held', 'sending', 'unknown', 'accepted')
    and progress.is_closed and not progress.is_filed
    and not exists (
        select from notice as told where told.plan = asked.plan and told.agency = asked.agency
            and told.state in ('sending', 'unknown', 'accepted', 'failed')
            and coalesce(told.ended_at, told.due_at) >= locked.at
    )
"""
_GRACE: Final = timedelta(days=1)  # after its slot a digest no longer waits for standings that were not announced


class Slots:
    """Looks for what is due whenever the clock moved or events were taken in."""

    def __init__(self, database: Database, *, clock: Clock, settling: timedelta, on_queued: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._settling = settling
        self._on_queued = on_queued
        self._wake = asyncio.Event()
        self.outage: Final = Outage("digests wait", back="digests go on")
        self._locks_seen: tuple[date, int] | None = None  # day and hour of the last look for locked periods

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
        """Queue what is due of each plan: the last letters on locked periods, and the latest digest.

        An older digest still owed is told by the newer.
        """
        async with self._database.transaction() as connection:
            known = await connection.fetch("select plan, min(known_since) as since from plan_version group by plan")
            plans = await latest_plans(connection, [row["plan"] for row in known])
        for row in known:
            plan = plans[row["plan"]]
            await self._tell_locks(plan, now=now)
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
        self._locks_seen = (now.date(), now.hour)

    async def _tell_locks(self, plan: Plan, *, now: datetime) -> None:
        """Decide again, once an hour, about agencies that were asked in vain for a period which is locked by now."""
        if self._locks_seen == (now.date(), now.hour):
            return
        async with self._database.transaction() as connection:
            locked = [period for period in plan.periods if period.locked_on <= now.date()]
            rows = await connection.fetch(
                _ASKED_IN_VAIN,
                plan.id,
                [period.id for period in locked],
                [datetime.combine(period.locked_on, time(), now.tzinfo) for period in locked],
            )
            pairs = [(plan.id, row["agency"]) for row in rows]
            await decide_again(pairs, book=PostgresBook(connection), settling=self._settling, now=now)
        if pairs:
            self._on_queued()


async def _queued(connection: Any, plan: Plan, *, due: tuple[str, ...], now: datetime) -> bool:
    agencies = await agencies_of(connection, plan.agencies)
    rows = await connection.fetch("select body from progress where plan = $1 and (is_filed or is_closed)", plan.id)
    progress = [codec.PROGRESS.validate_json(row["body"]) for row in rows]
    period = next(each for each in plan.periods if each.id == due[-1])
    if not _is_complete(plan, period, agencies=agencies, progress=progress, now=now):
        return False
    since = await _last_decided(connection, plan.id)
    contents = digest_of(
        plan=plan,
        period=period,
        agencies=agencies,
        progress=progress,
        unsent=await _unsent(connection, plan.id, agencies=agencies, since=since),
        now=now,
    )
    told = [(_due(plan, period=each, now=now), contents) for each in due]
    await queue_notices(connection, told, now=now)
    # Also those that nobody could be sent so far.
    older = [each.id for each in plan.periods if each.starts_on < period.starts_on]
    superseded = [(digest_cause(plan=plan.id, period=each), Why.SUPERSEDED) for each in older]
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


async def _last_decided(connection: Any, plan: str) -> datetime | None:
    """Return when the last digest was put together."""
    moment: datetime | None = await connection.fetchval(
        "select max(decided_at) from notice where plan = $1 and kind = 'digest' and reason is distinct from $2",
        plan,
        Why.SUPERSEDED.value,
    )
    return moment


async def _unsent(
    connection: Any, plan: str, *, agencies: dict[str, Agency], since: datetime | None
) -> tuple[Unsent, ...]:
    rows = await connection.fetch(
        "select kind, reason, count(*) as count, array_agg(distinct agency order by agency) as agencies from notice"
        " where plan = $1 and state in ('skipped', 'failed', 'held', 'unknown')"
        " and ($2::timestamptz is null or decided_at > $2 or state = 'held')"
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
                sorted((_name(each, agencies) for each in row["agencies"]), key=lambda name: place_of(name.vi))
            ),
        )
        for row in rows
    )


def _name(agency: str, agencies: dict[str, Agency]) -> Words:
    return agencies[agency].name if agency in agencies else Words(vi=agency, en=agency)
