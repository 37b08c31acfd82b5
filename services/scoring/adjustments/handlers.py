"""Scoring's handlers for adjustments: how targets look, which proposals a version carries, and what is told of both."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.scoring.adjustments.events import outlook_event, proposal_event
from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.outlook import outlooks
from services.scoring.adjustments.proposals import Proposal, first_to_carry
from services.scoring.adjustments.store import AdjustmentStore
from services.scoring.judging.model import Period, Plan
from services.scoring.plans.model import ClosedPeriod, DuePeriod
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.store import ProgressStore
from services.scoring.rollups.handlers import announce_rollups
from services.scoring.rollups.store import RollUpStore
from shared.events.topics import ROLLUPS
from shared.runtime.outbox import Announcement, announce

MOST_SLOPES: Final = 4_000_000
"""Between pairs of values, from which forecasts are made while all judging waits.

So many took 2.5 seconds; 1,000 agencies with 14 indicators over a year of months are half of them. What a larger plan
comes to is made when it is asked for.
"""


async def keep_outlooks(closed: Iterable[DuePeriod], *, work: UnitOfWork, now: datetime) -> None:
    """Keep how each target looks as these periods close; nothing of a plan that would hold judging off for long."""
    for each in closed:
        found = await _outlooks(each.plan, each.period, work=work)
        if found is not None:
            await AdjustmentStore(work.connection).keep_outlooks(each, found, at=now)


async def announce_changed(*, work: UnitOfWork, now: datetime) -> int:
    """Announce what changed since it was announced: roll-ups, and the outlooks of their plans; return how many."""
    if not await RollUpStore(work.connection).changed():  # so that nobody is held off
        return 0
    return await announce_as_of(await work.reference.lock_to_change(now=now), work=work)


async def announce_as_of(moment: datetime, *, work: UnitOfWork, closed: Collection[ClosedPeriod] = ()) -> int:
    """Announce the periods that were just closed, or changed since they were announced; return how many events.

    `moment` is the caller's, who holds off all judging; it is told as a whole second, as a mail can state it.
    """
    as_of = moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)
    store, count = RollUpStore(work.connection), 0
    changed = {*await store.changed(), *closed}
    for plan in await work.reference.newest_plans():
        periods = {each.period for each in changed if each.plan == plan.id}
        count += await announce_rollups(plan, periods, work=work, as_of=as_of)
        count += await announce_outlook(plan, periods, work=work, as_of=as_of)
    await store.keep(as_of)
    return count


async def announce_outlook(plan: Plan, changed: Collection[str], *, work: UnitOfWork, as_of: datetime) -> int:
    """Announce how a plan's targets look after its latest closed period, if a period up to it changed; return how many.

    As with roll-ups the caller holds off all judging, and `plan` is the newest version. Nothing is told of a plan that
    would hold judging off for long.
    """
    closed = {each.period for each in await work.reference.closings([plan.id])}
    over = [each for each in sorted(plan.periods, key=lambda each: (each.ends_on, each.id)) if each.id in closed]
    if not over or not any(each.id in changed and each.ends_on <= over[-1].ends_on for each in plan.periods):
        return 0
    period, store = over[-1], AdjustmentStore(work.connection)
    kept, moves = await store.outlooks(plan.id, period.id), await store.moves(plan, period)
    is_current = kept is not None and (kept.plan_version, kept.moves) == (plan.version, moves)
    found = kept.outlooks if kept and is_current else await _outlooks(plan, period, work=work)
    if found is None:
        return 0
    event = outlook_event(found, plan=plan, period=period, moves=moves, as_of=as_of)
    await announce(work.connection, [Announcement.of(ROLLUPS, plan.id, event)])
    return 1


async def _outlooks(plan: Plan, period: Period, *, work: UnitOfWork) -> Sequence[Outlook] | None:
    """Return how each target looks after a period, None of a plan that would hold judging off for long."""
    pairs = await ProgressStore(work.connection).filing_pairs(plan.id)
    if pairs * len(plan.indicators) > MOST_SLOPES:
        return None
    return outlooks(
        plan=plan,
        period=period,
        agencies=(await work.reference.agencies(plan.agencies)).values(),
        filings=await ProgressStore(work.connection).filings(plan.id),
    )


async def save_proposal(proposal: Proposal, *, work: UnitOfWork) -> None:
    """Save a proposal as it was made, decided on or put in force, and announce it."""
    await AdjustmentStore(work.connection).save(proposal)
    await announce_proposal(proposal, work=work)


async def announce_proposal(proposal: Proposal, *, work: UnitOfWork) -> None:
    """Announce a proposal as it stands."""
    event = proposal_event(proposal, plan=await work.reference.plan(proposal.plan, proposal.plan_version))
    await announce(work.connection, [Announcement.of(ROLLUPS, proposal.plan, event)])


async def put_in_force(plans: Collection[str], *, work: UnitOfWork, now: datetime) -> None:
    """Note which approved proposals the versions of these plans carry by now, each by the first version that does."""
    if not plans:
        return
    approved = await AdjustmentStore(work.connection).approved(plans)
    versions = await work.reference.versions({each.plan for each in approved})
    for proposal in approved:
        version = first_to_carry(proposal, versions=versions)
        if version is not None:
            await save_proposal(replace(proposal, in_force_version=version, in_force_at=now), work=work)
