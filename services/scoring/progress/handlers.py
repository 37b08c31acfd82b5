"""Handlers of progress: judge submissions, and learn plans and agencies; each on a batch."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from services.scoring.judging.history import AgencyInPlan, Arrival, Terms, changes, terms_of
from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Agency, Filing, Key, Plan
from services.scoring.plans.fitness import fault_of, unsupported
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork
from services.scoring.plans.translation import ended_of, filing_of, plan_of
from services.scoring.progress.arrivals import Ending, Filed, arrivals_of, that_count
from services.scoring.progress.store import ProgressStore
from services.scoring.progress.submission_store import EndingStore, WaitingStore
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.submissions import SubmissionAccepted, SubmissionEvent
from shared.events.topics import AnyEvent

T = TypeVar("T")
RELEASED_AT_ONCE: Final = 1_000
"""Submissions that waited for a plan and are judged together."""


class UnsupportedPlan(ValueError):
    """The plan gives a method nothing to measure from; its text says what is accepted."""


class UnjudgeableSubmission(ValueError):
    """The submission names a period or an indicator that its plan version does not have."""


async def judge_submissions(batch: Sequence[SubmissionEvent], *, work: UnitOfWork, now: datetime) -> None:
    """Judge what was filed, withdrawn and returned, and announce only what changed; keep what comes too early.

    Raises:
        UnjudgeableSubmission: one names what its plan version does not have; the batch is to be applied without it.
    """
    filed = [Filed(filing_of(event), event) for event in batch if isinstance(event, SubmissionAccepted)]
    endings = [Ending(ended_of(event), event) for event in batch if not isinstance(event, SubmissionAccepted)]
    # What is being judged meanwhile may be what ends here; neither would see the other.
    moment = await (work.reference.lock_to_change if endings else work.reference.lock_to_judge)(now=now)
    await EndingStore(work.connection).keep([each.ended for each in endings])
    by = await _by([*(each.filing.key for each in filed), *(each.ended.key for each in endings)], work=work)
    known = [each for each in filed if by.can_judge(each.filing)]
    if len(known) < len(filed):
        early = [each.event for each in filed if not by.can_judge(each.filing)]
        await WaitingStore(work.connection).keep(early, faults=[None] * len(early))
    await _judge(known, endings, by=by, work=work, now=moment)


async def learn_reference(
    batch: Sequence[AnyEvent], *, work: UnitOfWork, now: datetime, released_at_once: int = RELEASED_AT_ONCE
) -> None:
    """Keep plan versions and agencies, and judge the submissions that waited for them.

    Raises:
        UnsupportedPlan: a plan cannot be judged; the batch is to be applied without it.
    """
    plans = [event for event in batch if isinstance(event, PlanPublished)]
    for event in plans:
        refusal = unsupported(plan_of(event.data).indicators)
        if refusal:
            raise UnsupportedPlan(f"plan {event.data.plan} version {event.data.version}: {refusal}")
    moment = await work.reference.lock_to_change(now=now)
    agencies = [event for event in batch if isinstance(event, AgencyRegistered)]
    changed = await _learn_agencies(agencies, work=work, now=moment)
    await work.reference.save_plans(plans, at=moment)
    await _release(work=work, now=moment, at_once=released_at_once)
    if changed:
        await _judge_changed(changed, work=work, now=moment)


async def _learn_agencies(
    events: Sequence[AgencyRegistered], *, work: UnitOfWork, now: datetime
) -> Mapping[str, AgencyRegistered]:
    """Keep agencies and return those of which the registry says something new, each with the event that says it."""
    if not events:
        return {}
    told = {event.data.agency: event for event in events}
    was = await work.reference.agencies(told)
    await work.reference.save_agencies(events, at=now)
    known = await work.reference.agencies(told)
    return {agency: event for agency, event in told.items() if known[agency] != was.get(agency)}


async def _judge_changed(changed: Mapping[str, AgencyRegistered], *, work: UnitOfWork, now: datetime) -> None:
    """Judge agencies in every period by what the registry says of them now, as if it had always said so."""
    causes = {agency: Cause(event.correlationid, str(event.id), now) for agency, event in changed.items()}
    for plan in await work.reference.newest_plans():
        await judge_again(
            (await load_terms([plan.id], work=work))[plan.id],
            agencies=changed.keys(),
            before=await ProgressStore(work.connection).load_agencies(
                [AgencyInPlan(plan.id, agency) for agency in changed]
            ),
            cause_of=lambda key: causes[key.agency],
            work=work,
        )


async def _release(*, work: UnitOfWork, now: datetime, at_once: int) -> None:
    """Judge the submissions whose plan version and agency are known by now."""
    while released := await WaitingStore(work.connection).release(limit=at_once):
        filed = [Filed(filing_of(event), event) for event in released]
        by = await _by([each.filing.key for each in filed], work=work)
        faults = [by.fault_of(each.filing) for each in filed]
        faulty = [(each.event, fault) for each, fault in zip(filed, faults, strict=True) if fault]
        await WaitingStore(work.connection).keep([event for event, _ in faulty], faults=[fault for _, fault in faulty])
        sound = [each for each, fault in zip(filed, faults, strict=True) if not fault]
        await _judge(sound, [], by=by, work=work, now=now)


async def judge_again(
    terms: Terms,
    *,
    agencies: Collection[str],
    before: Mapping[Key, Progress],
    cause_of: Callable[[Key], Cause],
    work: UnitOfWork,
) -> None:
    """Judge these agencies by these terms, and announce what that changes; `before` is all that is known of them."""
    registry = await work.reference.agencies(agencies)
    waiting = _by_agency(dict.fromkeys(await WaitingStore(work.connection).keys([terms.plan])))
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
    await ProgressStore(work.connection).save_and_announce(changed, plans=_versions([terms]))


async def _judge(
    filed: Sequence[Filed], endings: Sequence[Ending], *, by: "_By", work: UnitOfWork, now: datetime
) -> None:
    for each in filed:
        if fault := by.fault_of(each.filing):
            raise UnjudgeableSubmission(f"submission {each.filing.submission}: {fault}")
    counting = that_count(filed)
    remembered = await EndingStore(work.connection).of([each.filing.submission for each in counting.values()])
    arrivals = arrivals_of(counting, endings, remembered=remembered, now=now)
    back = {plan for plan, terms in by.terms.items() if terms.looks_back}
    before = await ProgressStore(work.connection).load(key for key in arrivals if key.plan not in back)
    if back:
        whole = {AgencyInPlan(key.plan, key.agency) for key in arrivals if key.plan in back}
        before |= await ProgressStore(work.connection).load_agencies(whole)
    known, waiting = (
        _by_agency(before),
        _by_agency(dict.fromkeys(await WaitingStore(work.connection).keys(back) if back else ())),
    )
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
    await ProgressStore(work.connection).save_and_announce(changed, plans=_versions(by.terms.values()))


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


async def _by(keys: Sequence[Key], *, work: UnitOfWork) -> _By:
    return _By(
        await load_terms({key.plan for key in keys}, work=work),
        await work.reference.agencies({key.agency for key in keys}),
    )


async def load_terms(
    plans: Collection[str], *, again: Collection[str] | None = None, work: UnitOfWork
) -> dict[str, Terms]:
    """Return by what plans that are known are judged in these periods, None: in all."""
    versions: defaultdict[str, dict[int, Plan]] = defaultdict(dict)
    for each in await work.reference.versions(plans):
        versions[each.id][each.version] = each
    closed, least = await work.reference.closings(plans), await work.reference.least_versions(plans)
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
