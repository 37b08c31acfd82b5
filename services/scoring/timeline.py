"""Judges what was filed and ended in the order of periods, and again the later periods measured from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from services.scoring import figures
from services.scoring.bearings import Bearings, PlanVersion
from services.scoring.judgements import Cause, Progress
from services.scoring.judging import NO_FIRSTS
from services.scoring.model import Base, Ended, Filing, Key, Plan
from services.scoring.rules import after_earlier_filing, after_ending, after_filing


class Arrival(NamedTuple):
    """What came of an agency and period: a filing, endings of this or of others, and what brought it."""

    filing: Filing | None
    cause: Cause
    endings: tuple[Ended, ...] = ()

    def plan_versions(self) -> set[PlanVersion]:
        """Return the plan versions that what came was accepted under."""
        came = (*self.endings, *((self.filing,) if self.filing else ()))
        return {PlanVersion(each.key.plan, each.plan_version) for each in came}

    def ending_of(self, submission: UUID) -> Ended | None:
        """Return how a submission ended, by the first ending; None where it did not."""
        ends = (each for each in self.endings if each.submission == submission)
        return min(ends, key=lambda each: (each.ended_at, each.ending), default=None)


class AgencyInPlan(NamedTuple):
    """Names all the periods of an agency in a plan."""

    plan: str
    agency: str


def looking_back(arrivals: Iterable[Key], *, bearings: Bearings) -> set[AgencyInPlan]:
    """Return the agencies all of whose periods must be known to judge what came.

    They are so where any version of their plan looks back: what is filed under another may be what it looks back on.
    """
    plans = {plan.id for plan in bearings.plans.values() if plan.looks_back}
    return {AgencyInPlan(key.plan, key.agency) for key in arrivals if key.plan in plans} if plans else set()


def after_filings(
    arrivals: Mapping[Key, Arrival], *, before: Mapping[Key, Progress], bearings: Bearings
) -> Iterator[Progress]:
    """Yield the progress that arrivals change: their own, and that of later periods measured from them.

    `before` holds every period of the agencies that are `looking_back`, and of others those that something came for.
    """
    back = looking_back(arrivals, bearings=bearings)
    lines: dict[AgencyInPlan, dict[Key, Arrival]] = defaultdict(dict)
    for key, arrival in arrivals.items():
        agency = AgencyInPlan(key.plan, key.agency)
        if agency in back:
            lines[agency][key] = arrival
            continue
        after = _after_one(arrival, before=before.get(key), firsts=NO_FIRSTS, bearings=bearings)
        if after is not None and after is not before.get(key):
            yield after
    for agency, line in lines.items():
        known = {key: progress for key, progress in before.items() if (key.plan, key.agency) == agency}
        yield from _after_line(line, before=known, bearings=bearings)


def _after_line(
    arrivals: Mapping[Key, Arrival], *, before: Mapping[Key, Progress], bearings: Bearings
) -> Iterator[Progress]:
    """Yield what changes for one agency, the earliest period first."""
    firsts: dict[str, Base] = {}
    # Of several at once any may be the reason that a later period changed; the first period's is told.
    cause = arrivals[min(arrivals, key=lambda key: key.period)].cause
    plans = {key: _plan_of(progress, bearings=bearings) for key, progress in before.items()}
    plans |= {
        key: bearings.plans[version]
        for key, arrival in arrivals.items()
        for version in arrival.plan_versions() & bearings.plans.keys()
    }
    for key in sorted(plans, key=lambda each: (plans[each].period_by_id[each.period].ends_on, each.period)):
        known, arrival = before.get(key), arrivals.get(key)
        after = _after_one(arrival, before=known, firsts=firsts, bearings=bearings) if arrival else before[key]
        if after is None:
            continue  # the end of what is not known yet
        if after is known:
            # A filing that counts less than what was judged does not hide what an earlier period's changed.
            after = _after_earlier(after, firsts=firsts, cause=cause, bearings=bearings)
        if after is not known:
            yield after
        if after.filing is not None:
            for indicator, base in observed(after.filing, plan=_plan_of(after, bearings=bearings)):
                firsts.setdefault(indicator, base)


def _after_one(
    arrival: Arrival, *, before: Progress | None, firsts: Mapping[str, Base], bearings: Bearings
) -> Progress | None:
    """Return the progress once this is known; `before` itself, or None, where it only has to be remembered."""
    filing = arrival.filing
    if filing is not None and (before is None or filing.replaces(before.latest)):
        return after_filing(
            before=before,
            filing=filing,
            plan=_plan(filing, bearings=bearings),
            agency=bearings.agencies[filing.key.agency],
            is_closed=bearings.is_closed(filing.key),
            cause=arrival.cause,
            firsts=firsts,
            ended=arrival.ending_of(filing.submission),
        )
    ended = arrival.ending_of(before.latest.submission) if before and before.latest else None
    if before is None or ended is None:
        return before
    return after_ending(
        before=before,
        ended=ended,
        plan=_plan_of(before, bearings=bearings),
        agency=bearings.agencies[before.key.agency],
        is_closed=bearings.is_closed(before.key),
        cause=arrival.cause,
    )


def _after_earlier(before: Progress, *, firsts: Mapping[str, Base], cause: Cause, bearings: Bearings) -> Progress:
    if before.filing is None:
        return before
    return after_earlier_filing(
        before=before,
        plan=_plan_of(before, bearings=bearings),
        agency=bearings.agencies[before.key.agency],
        is_closed=bearings.is_closed(before.key),
        cause=cause,
        firsts=firsts,
    )


def observed(filing: Filing, *, plan: Plan) -> Iterator[tuple[str, Base]]:
    """Yield each value that was filed, by its indicator, as what growth could be measured from."""
    last_on = plan.period_by_id[filing.key.period].last_on
    for observation in filing.observations:
        value = figures.value_of(observation)
        if value is not None:
            yield observation.indicator, Base(last_on, value)


def _plan(filing: Filing, *, bearings: Bearings) -> Plan:
    return bearings.plan_for(filing.key, version=filing.plan_version)


def _plan_of(progress: Progress, *, bearings: Bearings) -> Plan:
    return bearings.plan_for(progress.key, version=progress.plan_version)
