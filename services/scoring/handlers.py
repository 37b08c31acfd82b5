"""Scoring's handlers: judge what was filed, learn plans and agencies, close periods; each on a batch."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from services.scoring.adjusting import keep_outlooks, put_in_force
from services.scoring.announcing import save_and_announce
from services.scoring.arriving import Ending, Filed, arrivals_of, that_count
from services.scoring.bearings import ClosedPeriod, PlanVersion
from services.scoring.closing import DuePeriod, due_periods
from services.scoring.fitness import fault_of, unsupported
from services.scoring.history import AgencyInPlan, Arrival, Terms, changes, terms_of
from services.scoring.judgements import Cause, Progress
from services.scoring.model import Agency, Filing, Key, Plan
from services.scoring.ports import World
from services.scoring.translation import ended_of, filing_of, plan_of
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.submissions import SubmissionAccepted, SubmissionEvent
from shared.events.topics import AnyEvent

T = TypeVar("T")
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
    by = await _by([*(each.filing.key for each in filed), *(each.ended.key for each in endings)], world=world)
    known = [each for each in filed if by.can_judge(each.filing)]
    if len(known) < len(filed):
        early = [each.event for each in filed if not by.can_judge(each.filing)]
        await world.waiting.keep(early, faults=[None] * len(early))
    await _judge(known, endings, by=by, world=world, now=now)


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
    changed = await _learn_agencies([event for event in batch if isinstance(event, AgencyRegistered)], world=world)
    await world.reference.save_plans(plans)
    if plans:
        await put_in_force({event.data.plan for event in plans}, world=world)
    await _release(world=world, now=now)
    if changed:
        await _judge_changed(changed, world=world, now=now)


async def _learn_agencies(events: Sequence[AgencyRegistered], *, world: World) -> Mapping[str, AgencyRegistered]:
    """Keep agencies and return those of which the registry says something new, each with the event that says it."""
    if not events:
        return {}
    told = {event.data.agency: event for event in events}
    was = await world.reference.agencies(told)
    await world.reference.save_agencies(events)
    now = await world.reference.agencies(told)
    return {agency: event for agency, event in told.items() if now[agency] != was.get(agency)}


async def _judge_changed(changed: Mapping[str, AgencyRegistered], *, world: World, now: datetime) -> None:
    """Judge agencies in every period by what the registry says of them now, as if it had always said so."""
    causes = {agency: Cause(event.correlationid, str(event.id), now) for agency, event in changed.items()}
    for plan in await world.reference.newest_plans():
        await _judge_again(
            (await _terms([plan.id], world=world))[plan.id],
            agencies=changed.keys(),
            before=await world.progresses.load_agencies([AgencyInPlan(plan.id, agency) for agency in changed]),
            cause_of=lambda key: causes[key.agency],
            world=world,
        )


async def _release(*, world: World, now: datetime) -> None:
    """Judge the submissions whose plan version and agency are known by now."""
    while released := await world.waiting.release(limit=_RELEASED_AT_ONCE):
        filed = [Filed(filing_of(event), event) for event in released]
        by = await _by([each.filing.key for each in filed], world=world)
        faults = [by.fault_of(each.filing) for each in filed]
        faulty = [(each.event, fault) for each, fault in zip(filed, faults, strict=True) if fault]
        await world.waiting.keep([event for event, _ in faulty], faults=[fault for _, fault in faulty])
        sound = [each for each, fault in zip(filed, faults, strict=True) if not fault]
        await _judge(sound, [], by=by, world=world, now=now)


async def is_any_period_due(*, world: World, now: datetime) -> bool:
    """Return whether a period's due date has passed that is not closed; holds nobody off."""
    return bool(await _due(world=world, now=now))


async def close_periods(*, world: World, now: datetime) -> int:
    """Close the oldest periods whose due date has passed, a few at a time, and return how many were closed."""
    await world.reference.take_alone()
    due = (await _due(world=world, now=now))[:_PERIODS_AT_ONCE]
    if not due:
        return 0
    await world.reference.close(due, at=now)
    for plan in {each.plan.id: each.plan for each in due}.values():
        await _close(plan, [each.period.id for each in due if each.plan is plan], world=world, now=now)
    await keep_outlooks(due, world=world, now=now)
    return len(due)


async def _close(plan: Plan, periods: Sequence[str], *, world: World, now: datetime) -> None:
    """Judge who filed nothing for these periods of a plan, and what partial filings left out."""
    terms = (await _terms([plan.id], again=periods, world=world))[plan.id]
    before = await world.progresses.load_periods([ClosedPeriod(plan.id, period) for period in terms.periods])
    await _judge_again(
        terms,
        agencies=plan.agencies | {key.agency for key in before},
        before=before,
        cause_of=lambda key: Cause(f"close:{key.plan}:{key.period}", None, now),
        world=world,
    )


async def _judge_again(
    terms: Terms,
    *,
    agencies: Collection[str],
    before: Mapping[Key, Progress],
    cause_of: Callable[[Key], Cause],
    world: World,
) -> None:
    """Judge these agencies by these terms, and announce what that changes; `before` is all that is known of them."""
    registry = await world.reference.agencies(agencies)
    waiting = _by_agency(dict.fromkeys(await world.waiting.keys([terms.plan])))
    known = _by_agency(before)
    changed = [
        change
        for agency in sorted(registry.keys() & set(agencies))  # the registry also holds who is above them
        for change in changes(
            registry[agency],
            before=known[terms.plan, agency],
            arrivals={},
            waiting=waiting[terms.plan, agency],
            terms=terms,
            cause_of=cause_of,
        )
    ]
    await save_and_announce(changed, plans=_versions([terms]), world=world)


async def _due(*, world: World, now: datetime) -> list[DuePeriod]:
    newest = await world.reference.newest_plans()
    closed = await world.reference.closed([plan.id for plan in newest])
    return due_periods(newest, closed=closed, now=now)


async def _judge(filed: Sequence[Filed], endings: Sequence[Ending], *, by: "_By", world: World, now: datetime) -> None:
    for each in filed:
        if fault := by.fault_of(each.filing):
            raise UnjudgeableSubmission(f"submission {each.filing.submission}: {fault}")
    counting = that_count(filed)
    remembered = await world.endings.of([each.filing.submission for each in counting.values()])
    arrivals = arrivals_of(counting, endings, remembered=remembered, now=now)
    back = {plan for plan, terms in by.terms.items() if terms.looks_back}
    before = await world.progresses.load(key for key in arrivals if key.plan not in back)
    if back:
        whole = {AgencyInPlan(key.plan, key.agency) for key in arrivals if key.plan in back}
        before |= await world.progresses.load_agencies(whole)
    known, waiting = _by_agency(before), _by_agency(dict.fromkeys(await world.waiting.keys(back) if back else ()))
    changed = [
        change
        for (plan, agency), came in _by_agency(arrivals).items()
        if agency in by.registry and plan in by.terms  # else it is the end of what is not known yet
        for change in changes(
            by.registry[agency],
            before=known[plan, agency],
            arrivals=came,
            waiting=waiting[plan, agency],
            terms=by.terms[plan],
            cause_of=_cause_of(came),
        )
    ]
    await save_and_announce(changed, plans=_versions(by.terms.values()), world=world)


def _cause_of(arrivals: Mapping[str, Arrival]) -> Callable[[Key], Cause]:
    """Return what led to the change of a period; for one that nothing came for, what came for the earliest.

    Of several at once any may be the reason that a later period changed; the first period's is told.
    """
    first = arrivals[min(arrivals)].cause
    return lambda key: arrivals[key.period].cause if key.period in arrivals else first


class _By(NamedTuple):
    """What a batch is judged by: the terms of its plans, and its agencies with all who are above them."""

    terms: Mapping[str, Terms]
    registry: Mapping[str, Agency]

    def can_judge(self, filing: Filing) -> bool:
        """Return whether both the plan version and the agency are known."""
        return self._plan(filing) is not None and filing.key.agency in self.registry

    def fault_of(self, filing: Filing) -> str | None:
        """Return what its plan version does not have of what a filing names."""
        plan = self._plan(filing)
        return fault_of(filing, plan=plan) if plan else None

    def _plan(self, filing: Filing) -> Plan | None:
        terms = self.terms.get(filing.key.plan)
        return terms.plans.get(filing.plan_version) if terms else None


async def _by(keys: Sequence[Key], *, world: World) -> _By:
    return _By(
        await _terms({key.plan for key in keys}, world=world),
        await world.reference.agencies({key.agency for key in keys}),
    )


async def _terms(plans: Collection[str], *, again: Collection[str] | None = None, world: World) -> dict[str, Terms]:
    """Return by what plans that are known are judged in these periods, None: in all."""
    versions: defaultdict[str, dict[int, Plan]] = defaultdict(dict)
    for each in await world.reference.versions(plans):
        versions[each.id][each.version] = each
    closed, least = await world.reference.closings(plans), await world.reference.least_versions(plans)
    return {
        plan: terms_of(
            known,
            closed={each.period: version for each, version in closed.items() if each.plan == plan},
            least={each.period: version for each, version in least.items() if each.plan == plan},
            again=again,
        )
        for plan, known in versions.items()
    }


def _versions(terms: Iterable[Terms]) -> dict[PlanVersion, Plan]:
    return {PlanVersion(each.plan, version): plan for each in terms for version, plan in each.plans.items()}


def _by_agency(found: Mapping[Key, T]) -> defaultdict[tuple[str, str], dict[str, T]]:
    """Return what was found, by plan and agency, and then by period."""
    sorted_out: defaultdict[tuple[str, str], dict[str, T]] = defaultdict(dict)
    for key, each in found.items():
        sorted_out[key.plan, key.agency][key.period] = each
    return sorted_out
