"""Handlers of roll-ups: load how a period stands, and announce what the agencies reach together."""

from collections.abc import Collection
from datetime import datetime

from services.scoring.judging.model import Period, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.silence import silence
from services.scoring.progress.store import progress_in, rows_of_period
from services.scoring.rollups.events import rollup_event
from services.scoring.rollups.model import PeriodProgress
from services.scoring.rollups.store import RollUpStore
from shared.events.topics import ROLLUPS
from shared.runtime.clock import Clock
from shared.runtime.outbox import Announcement, announce


async def load_period(plan: Plan, period: Period, *, work: UnitOfWork, now: datetime) -> PeriodProgress:
    """Return how every agency stands in the period; `plan` is the version whose rule rolls it up."""
    rows = await rows_of_period(work.connection, plan.id, period.id)
    version = PlanVersion(plan.id, plan.version)
    silent = await silence(work, version, now=now, periods=[period.id])
    plans = await work.reference.plans({version, *(PlanVersion(plan.id, row["plan_version"]) for row in rows)})
    registry = await work.reference.agencies({row["agency"] for row in rows})
    closed = await work.reference.closings([plan.id])
    return PeriodProgress(
        plan=plan,
        period=period,
        progress=[*map(progress_in, rows), *silent.progress(period.id)],
        plans={**plans, version: plan},
        registry={**registry, **silent.registry},
        is_closed=any(each.period == period.id for each in closed),
    )


async def announce_rollups(plan: Plan, periods: Collection[str], *, work: UnitOfWork, clock: Clock) -> int:
    """Announce what the agencies of a plan reach together in these periods, and return in how many anybody owes.

    The caller holds off all judging until the transaction ends, so that what was committed by `as_of` is counted, and
    nothing else. `plan` is the newest version; a period is rolled up by the one it was closed by, or replayed by since.
    """
    as_of, count = clock.now(), 0
    in_time = sorted(plan.periods, key=lambda each: (each.ends_on, each.id))
    for number, period in enumerate(in_time):
        if period.id not in periods:
            continue
        found = await _found(plan, period, work=work, now=as_of)
        before = await _found(plan, in_time[number - 1], work=work, now=as_of) if number else None
        event = rollup_event(found, before=before, as_of=as_of)
        if event is not None:
            await announce(work.connection, [Announcement.of(ROLLUPS, plan.id, event)])
            count += 1
        moves = sum(each.sequence for each in found.progress)
        await RollUpStore(work.connection).keep(plan, period.id, moves=moves)
    return count


async def _found(plan: Plan, period: Period, *, work: UnitOfWork, now: datetime) -> PeriodProgress:
    return await load_period(await _judging(plan, period.id, work=work), period, work=work, now=now)


async def _judging(plan: Plan, period: str, *, work: UnitOfWork) -> Plan:
    """Return the version that rolls a period up: the highest of that of its closing and of replays; else the newest."""
    closings, least = await work.reference.closings([plan.id]), await work.reference.least_versions([plan.id])
    closed = next((version for each, version in closings.items() if each.period == period), None)
    if closed is None:
        return plan
    replayed = next((version for each, version in least.items() if each.period == period), closed)
    return await work.reference.plan(plan.id, max(closed, replayed))
