"""Judges filings in the order of their periods, and again the later periods that are measured from them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.scoring import figures
from services.scoring.bearings import Bearings, PlanVersion
from services.scoring.judgements import Cause, Progress
from services.scoring.judging import NO_FIRSTS
from services.scoring.model import Base, Filing, Key, Plan
from services.scoring.rules import after_earlier_filing, after_filing


class Arrival(NamedTuple):
    """A filing, and what brought it."""

    filing: Filing
    cause: Cause


class AgencyInPlan(NamedTuple):
    """Names all the periods of an agency in a plan."""

    plan: str
    agency: str


def looking_back(arrivals: Mapping[Key, Arrival], *, bearings: Bearings) -> set[AgencyInPlan]:
    """Return the agencies all of whose periods must be known to judge these filings."""
    return {
        AgencyInPlan(key.plan, key.agency) for key in arrivals if _plan(arrivals[key], bearings=bearings).looks_back
    }


def after_filings(
    arrivals: Mapping[Key, Arrival], *, before: Mapping[Key, Progress], bearings: Bearings
) -> Iterator[Progress]:
    """Yield the progress that filings change: their own, and that of later periods measured from them.

    `before` holds every period of the agencies that are `looking_back`, and of others those that were filed for now.
    """
    back = looking_back(arrivals, bearings=bearings)
    lines: dict[AgencyInPlan, dict[Key, Arrival]] = defaultdict(dict)
    for key, arrival in arrivals.items():
        agency = AgencyInPlan(key.plan, key.agency)
        if agency in back:
            lines[agency][key] = arrival
            continue
        after = _after_one(arrival, before=before.get(key), firsts=NO_FIRSTS, bearings=bearings)
        if after is not before.get(key):
            yield after
    for agency, line in lines.items():
        known = {key: progress for key, progress in before.items() if (key.plan, key.agency) == agency}
        yield from _after_line(line, before=known, bearings=bearings)


def _after_line(
    arrivals: Mapping[Key, Arrival], *, before: Mapping[Key, Progress], bearings: Bearings
) -> Iterator[Progress]:
    """Yield what changes for one agency, the earliest period first."""
    firsts: dict[str, Base] = {}
    # Of several filings at once any may be the reason that a later period changed; the first period's is told.
    cause = arrivals[min(arrivals, key=lambda key: key.period)].cause
    plans = {key: _plan_of(progress, bearings=bearings) for key, progress in before.items()}
    plans |= {key: _plan(arrival, bearings=bearings) for key, arrival in arrivals.items()}
    for key in sorted(plans, key=lambda each: (plans[each].period_by_id[each.period].ends_on, each.period)):
        known, arrival = before.get(key), arrivals.get(key)
        after = _after_one(arrival, before=known, firsts=firsts, bearings=bearings) if arrival else before[key]
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
) -> Progress:
    filing = arrival.filing
    return after_filing(
        before=before,
        filing=filing,
        plan=_plan(arrival, bearings=bearings),
        agency=bearings.agencies[filing.key.agency],
        is_closed=bearings.is_closed(filing),
        cause=arrival.cause,
        firsts=firsts,
    )


def _after_earlier(before: Progress, *, firsts: Mapping[str, Base], cause: Cause, bearings: Bearings) -> Progress:
    if before.filing is None:
        return before
    return after_earlier_filing(
        before=before,
        plan=_plan_of(before, bearings=bearings),
        agency=bearings.agencies[before.key.agency],
        is_closed=bearings.is_closed(before.filing),
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


def _plan(arrival: Arrival, *, bearings: Bearings) -> Plan:
    return bearings.plans[PlanVersion(arrival.filing.key.plan, arrival.filing.plan_version)]


def _plan_of(progress: Progress, *, bearings: Bearings) -> Plan:
    return bearings.plans[PlanVersion(progress.key.plan, progress.plan_version)]
