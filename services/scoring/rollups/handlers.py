"""Handlers of roll-ups: load how a period stands, and announce what the agencies reach together."""

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from services.scoring.judging.history import in_time
from services.scoring.judging.model import Period, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork, judging_version
from services.scoring.progress.silence import silence
from services.scoring.progress.store import progress_in, rows_of_period
from services.scoring.rollups.events import rollup_event
from services.scoring.rollups.model import PeriodProgress
from shared.events.topics import ROLLUPS
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


async def announce_rollups(plan: Plan, periods: Collection[str], *, work: UnitOfWork, as_of: datetime) -> int:
    """Announce what the agencies of a plan reach together in these periods, and return in how many anybody owes.

    The caller holds off all judging until the transaction ends, so that what was committed by `as_of` is counted, and
    nothing else. `plan` is the newest version; a period is rolled up by the one it was closed by, or replayed by since.
    """
    told = []
    for before, period in pairwise((None, *in_time([plan]))):
        if period is None or period.id not in periods:
            continue
        event = rollup_event(
            await _found(plan, period, work=work, now=as_of),
            before=await _found(plan, before, work=work, now=as_of) if before else None,
            as_of=as_of,
        )
        if event is not None:
            told.append(Announcement.of(ROLLUPS, plan.id, event))
    await announce(work.connection, told)
    return len(told)


async def _found(plan: Plan, period: Period, *, work: UnitOfWork, now: datetime) -> PeriodProgress:
    version = await judging_version(work.connection, plan.id, period.id)
    by = plan if version is None else await work.reference.plan(plan.id, version)
    return await load_period(by, period, work=work, now=now)
