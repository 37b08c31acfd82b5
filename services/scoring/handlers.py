"""Scoring's handlers: judge what was filed, learn plans and agencies, close periods; each on a batch."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from services.scoring.adjusting import keep_outlooks, put_in_force
from services.scoring.announcing import save_and_announce
from services.scoring.arriving import Ending, Filed, arrivals_of, that_count
from services.scoring.bearings import Bearings, PlanVersion, versions_of
from services.scoring.closing import DuePeriod, after_closings, due_periods
from services.scoring.fitness import fault_of, unsupported
from services.scoring.judgements import Progress
from services.scoring.model import Ended, Filing, Key
from services.scoring.moving import Moved
from services.scoring.ports import World
from services.scoring.timeline import after_filings, looking_back
from services.scoring.translation import ended_of, filing_of, plan_of
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.submissions import SubmissionAccepted, SubmissionEvent
from shared.events.topics import AnyEvent

_PERIODS_AT_ONCE: Final = 2  # of every agency: bounds a transaction when years of periods close together
_RELEASED_AT_ONCE: Final = 1_000


class UnsupportedPlan(ValueError):
    """The plan gives a method nothing to measure from; its text says what is accepted."""


class UnjudgeableSubmission(ValueError):
    """The submission names a period or an indicator that its plan version does not have."""


async def judge_submissions(batch: Sequence[SubmissionEvent], *, world: World, now: datetime) -> None:
    """Judge what was filed, withdrawn and returned, and announce only what changed; keep what comes too early.

    Raises:
        UnjudgeableSubmission: one names what its plan version does not have; the batch is to be applied without it.
    """
    filed = [Filed(filing_of(event), event) for event in batch if isinstance(event, SubmissionAccepted)]
    endings = [Ending(ended_of(event), event) for event in batch if not isinstance(event, SubmissionAccepted)]
    # What is being judged meanwhile may be what ends here; neither would see the other.
    await (world.reference.take_alone() if endings else world.reference.share())
    await world.endings.keep([each.ended for each in endings])
    bearings = await _bearings([*(each.filing for each in filed), *(each.ended for each in endings)], world=world)
    known = [each for each in filed if bearings.can_judge(each.filing)]
    if len(known) < len(filed):
        early = [each.event for each in filed if not bearings.can_judge(each.filing)]
        await world.waiting.keep(early, faults=[None] * len(early))
    await _judge(known, endings, bearings=bearings, world=world, now=now)


async def learn_reference(batch: Sequence[AnyEvent], *, world: World, now: datetime) -> None:
    """Keep plan versions and agencies, and judge the submissions that waited for them.

    Raises:
        UnsupportedPlan: a plan cannot be judged; the batch is to be applied without it.
    """
    plans = [event for event in batch if isinstance(event, PlanPublished)]
    for event in plans:
        refusal = unsupported(plan_of(event.data).indicators)
        if refusal:
            raise UnsupportedPlan(f"plan {event.data.plan} version {event.data.version}: {refusal}")
    await world.reference.take_alone()
    joined = await _learn_agencies([event for event in batch if isinstance(event, AgencyRegistered)], world=world)
    await world.reference.save_plans(plans)
    if plans:
        await put_in_force({event.data.plan for event in plans}, world=world)
    await _release(world=world, now=now)
    if joined:
        await _close_for(joined, world=world, now=now)


async def _learn_agencies(events: Sequence[AgencyRegistered], *, world: World) -> Collection[str]:
    """Keep agencies, count those elsewhere that belong elsewhere now, and return those that were not known before."""
    if not events:
        return ()
    touched = await world.reference.with_inferiors({event.data.agency for event in events})
    was = await world.reference.agencies(touched)
    joined = await world.reference.save_agencies(events)
    now = await world.reference.agencies(touched)
    if any(now.get(agency) != was.get(agency) for agency in touched):
        progresses = (await world.progresses.load_everywhere(touched)).values()
        plans = await world.reference.plans({PlanVersion(each.key.plan, each.plan_version) for each in progresses})
        gone = [Moved(was[each.key.agency], each, None) for each in progresses]
        await world.tallies.move(gone, plans=plans, registry=was)
        come = [Moved(now[each.key.agency], None, each) for each in progresses]
        await world.tallies.move(come, plans=plans, registry=now)
    return joined


async def _release(*, world: World, now: datetime) -> None:
    """Judge the submissions whose plan version and agency are known by now."""
    while released := await world.waiting.release(limit=_RELEASED_AT_ONCE):
        filed = [Filed(filing_of(event), event) for event in released]
        bearings = await _bearings([each.filing for each in filed], world=world)
        faults = [_fault(each, bearings) for each in filed]
        faulty = [(each.event, fault) for each, fault in zip(filed, faults, strict=True) if fault]
        await world.waiting.keep([event for event, _ in faulty], faults=[fault for _, fault in faulty])
        sound = [each for each, fault in zip(filed, faults, strict=True) if not fault]
        await _judge(sound, [], bearings=bearings, world=world, now=now)


async def is_any_period_due(*, world: World, now: datetime) -> bool:
    """Return whether a period's due date has passed that is not closed; holds nobody off."""
    return bool(await _due(world=world, now=now))


async def close_periods(*, world: World, now: datetime) -> int:
    """Close the oldest periods whose due date has passed, a few at a time, and return how many were closed."""
    await world.reference.take_alone()
    due = (await _due(world=world, now=now))[:_PERIODS_AT_ONCE]
    if not due:
        return 0
    before = await world.progresses.load_periods([each.name for each in due])
    agencies = {agency for each in due for agency in each.plan.agencies} | {key.agency for key in before}
    await world.reference.close(due, at=now)
    await _announce_closed(due, before=before, agencies=agencies, world=world, now=now)
    await keep_outlooks(due, world=world, now=now)
    return len(due)


async def _close_for(joined: Collection[str], *, world: World, now: datetime) -> None:
    """Close what was closed before these agencies were known, so that whichever came first makes no difference."""
    closed = await world.reference.closings()
    keys = {Key(each.plan.id, agency, each.period.id) for each in closed for agency in each.plan.agencies & set(joined)}
    before = await world.progresses.load(keys)
    await _announce_closed(closed, before=before, agencies=joined, world=world, now=now)


async def _announce_closed(
    closed: Sequence[DuePeriod],
    *,
    before: Mapping[Key, Progress],
    agencies: Collection[str],
    world: World,
    now: datetime,
) -> None:
    least = await world.reference.least_versions({each.plan.id for each in closed})
    judged_by = {PlanVersion(key.plan, progress.plan_version) for key, progress in before.items()}
    bearings = Bearings(
        plans=await world.reference.plans(
            judged_by | versions_of(least) | {PlanVersion(each.plan.id, each.plan.version) for each in closed}
        ),
        agencies=await world.reference.agencies(agencies),
        closed=[each.name for each in closed],
        least=least,
    )
    waiting = await world.waiting.keys([each.plan.id for each in closed])
    changes = after_closings(closed, before=before, waiting=waiting, bearings=bearings, now=now)
    await save_and_announce(changes, before=before, bearings=bearings, world=world)


async def _due(*, world: World, now: datetime) -> list[DuePeriod]:
    newest = await world.reference.newest_plans()
    closed = await world.reference.closed([plan.id for plan in newest])
    return due_periods(newest, closed=closed, now=now)


async def _judge(
    filed: Sequence[Filed], endings: Sequence[Ending], *, bearings: Bearings, world: World, now: datetime
) -> None:
    for each in filed:
        if fault := _fault(each, bearings):
            raise UnjudgeableSubmission(f"submission {each.filing.submission}: {fault}")
    counting = that_count(filed)
    remembered = await world.endings.of([each.filing.submission for each in counting.values()])
    arrivals = arrivals_of(counting, endings, remembered=remembered, now=now)
    back = looking_back(arrivals, bearings=bearings)
    before = await world.progresses.load(key for key in arrivals if (key.plan, key.agency) not in back)
    if back:
        before |= await world.progresses.load_agencies(back)
    changes = list(after_filings(arrivals, before=before, bearings=bearings))
    await save_and_announce(changes, before=before, bearings=bearings, world=world)


async def _bearings(came: Sequence[Filing | Ended], *, world: World) -> Bearings:
    plans = {each.key.plan for each in came}
    return Bearings(
        plans={PlanVersion(each.id, each.version): each for each in await world.reference.versions(plans)},
        agencies=await world.reference.agencies({each.key.agency for each in came}),
        closed=await world.reference.closed(plans),
        least=await world.reference.least_versions(plans),
    )


def _fault(filed: Filed, bearings: Bearings) -> str | None:
    plan = bearings.plan_of(filed.filing)
    return fault_of(filed.filing, plan=plan) if plan else None
