"""Tries a change of a plan on what was filed: what a request is bounded to, and what it is refused for."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from services.scoring.judging.model import Agency, Filing, Plan
from services.scoring.plans.published import NamedAgency, agencies_named
from services.scoring.plans.query_faults import unknown_period, unknown_plan
from services.scoring.plans.sources import Sources
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.store import ProgressStore
from services.scoring.what_if.changes import is_carried_by
from services.scoring.what_if.checks import faults_of
from services.scoring.what_if.forms import Given
from services.scoring.what_if.rules import WhatIf, what_if
from shared.events.plans import PlanPublishedData
from shared.runtime.http.problems import wrong
from shared.wording.faults import Fault

MOST_PERIODS: Final = 12
MOST_JUDGED: Final = 20_000
"""Agencies times periods of one request; judging so many twice takes some five seconds of one processor."""

USUAL_PERIODS: Final = 3
_PLACE: Final = re.compile(r"^/indicators/(\d+)")


class Ground(NamedTuple):
    """What a change is tried on."""

    plan: Plan
    published: PlanPublishedData
    agencies: Sequence[Agency]
    named: Mapping[str, NamedAgency]
    filings: Sequence[Filing]
    closed: Collection[str]
    periods: tuple[str, ...]  # those that are looked at, the earliest first


class Trial(NamedTuple):
    """What came of trying."""

    ground: Ground
    found: WhatIf


async def tried(
    given: Given, *, sources: Sources, plan: str, periods: Sequence[str] = (), is_in_body: bool = False
) -> Trial:
    """Return what a change does to a plan's newest version; nothing is written.

    `periods` are those that are asked for, by default the latest closed ones; `is_in_body` says that the plan and the
    change are parts of the body, where the change is the body otherwise.

    Raises:
        Refused: the form, the plan, a period or the change has faults, every one of which is named.
    """
    async with sources.database.transaction() as connection:
        ground = await _ground(connection, given, sources=sources, plan=plan, periods=periods, is_in_body=is_in_body)
    # No connection is held while judging, which may take seconds.
    found = await sources.apart(
        what_if,
        given.change,
        plan=ground.plan,
        agencies=ground.agencies,
        filings=ground.filings,
        closed=ground.closed,
        periods=ground.periods,
    )
    return Trial(ground, found)


async def _ground(
    connection: Any, given: Given, *, sources: Sources, plan: str, periods: Sequence[str], is_in_body: bool
) -> Ground:
    published = await sources.published.newest(connection, plan)
    if published is None:
        raise wrong(*given.faults, unknown_plan(plan, pointer="/plan" if is_in_body else "?plan"))
    reference = UnitOfWork(connection, cache=sources.cache).reference
    known = await reference.plan(plan, published.version)
    of_change = _change_faults(given, plan=known, at="/changes" if is_in_body else "")
    if faults := [*given.faults, *_period_faults(periods, plan=known), *of_change]:
        raise wrong(*faults)
    filings = await ProgressStore(connection).filings(plan)
    closed = {each.period for each in await reference.closings([plan])}
    registry = await reference.agencies(known.agencies | {each.key.agency for each in filings})
    return Ground(
        plan=known,
        published=published,
        agencies=list(registry.values()),
        named=await agencies_named(connection, registry),
        filings=filings,
        closed=closed,
        periods=_looked_at(periods, plan=known, closed=closed, filings=filings),
    )


def most_periods(plan: Plan) -> int:
    """Return how many periods of a plan one request may look at."""
    return max(1, min(MOST_PERIODS, MOST_JUDGED // max(1, len(plan.agencies))))


def _looked_at(
    periods: Sequence[str], *, plan: Plan, closed: Collection[str], filings: Sequence[Filing]
) -> tuple[str, ...]:
    in_time = [each.id for each in sorted(plan.periods, key=lambda each: (each.ends_on, each.id))]
    if periods:
        return tuple(each for each in in_time if each in periods)
    known = closed or {each.key.period for each in filings}
    return tuple([each for each in in_time if each in known][-min(USUAL_PERIODS, most_periods(plan)) :])


def _period_faults(periods: Sequence[str], *, plan: Plan) -> Iterator[Fault]:
    for period in periods:
        if period not in plan.period_by_id:
            yield unknown_period(period, known=plan.period_by_id)
    most = most_periods(plan)
    if len(set(periods)) > most:
        yield Fault(
            "?period",
            "too-many",
            f"Mỗi lần thử tối đa {most} kỳ của kế hoạch này.",
            f"At most {most} periods of this plan can be tried at once.",
        )


def _change_faults(given: Given, *, plan: Plan, at: str) -> Iterator[Fault]:
    """Yield what is wrong with a change, which stands at this place of the body."""
    faults = faults_of(given.change, plan=plan)
    for each in faults:
        yield replace(each, pointer=at + _placed(each.pointer, given.places))
    if not faults and given.places is None and is_carried_by(given.change, plan):
        yield Fault(
            at,
            "changes-nothing",
            f"Phiên bản {plan.version} của kế hoạch đã đúng như vậy; cần ít nhất một thay đổi.",
            f"Version {plan.version} of the plan says so already; at least one change is wanted.",
        )


def _placed(pointer: str, places: Sequence[int] | None) -> str:
    """Return a pointer to an indicator with the place that this has in the body."""
    return pointer if places is None else _PLACE.sub(lambda found: f"/indicators/{places[int(found[1])]}", pointer)
