"""Finds the targets that may have to be adjusted: what is out of reach of most, and what all have long exceeded."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.adjustments.forecast import Course, Forecast, forecast, points_by_course
from services.scoring.adjustments.model import Level, Miss, Outlook
from services.scoring.judging import figures
from services.scoring.judging.attainment import goal
from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.model import Agency, Filing, Indicator, Observation, Period, Plan, Target
from services.scoring.judging.obligation import indicators_owed
from shared.events.vocabulary import Adjustment, Comparison, Measure, Reach

REACHING_RATIO: Final = Decimal("0.5")
"""Out of reach: fewer than this part of the agencies with a forecast would reach it (our rule).

Below a half the agency in the middle misses it: that is a matter of the plan, and no longer of those who lag, who are
told of their own lag anyway.
"""

QUORUM_RATIO: Final = Decimal("0.5")
"""What fewer than this part of the agencies that owe an indicator show is no finding on its target (our rule)."""

LONG_PERIODS: Final = 3
"""Long exceeded: in at least so many periods in a row, as many as a forecast needs observations (our rule)."""

MARGIN_RATIO: Final = Decimal("0.1")
"""A target counts as exceeded by so much of it: twice what usually separates on track from met (our rule)."""

ROOM_RATIO: Final = Decimal("0.5")
"""But by no more than this part of what its measure leaves beyond it: 95 % for above 90 % (our rule)."""


class _Slot(NamedTuple):
    """Names what all agencies report of an indicator for a period."""

    period: str
    indicator: str


_Reports = Mapping[_Slot, Mapping[str, Observation | None]]
"""By agency that owes it, what it reported; None where nothing."""


def outlooks(
    *, plan: Plan, period: Period, agencies: Iterable[Agency], filings: Iterable[Filing]
) -> tuple[Outlook, ...]:
    """Return how each target looks when a period closes, in the plan's order; what has no target has no outlook.

    `filings` are those that count; those of later periods are not looked at, and all are measured by this version of
    the plan. Long exceeded is a target that all who reported met with a margin; what most would miss at the end is not
    (our rule).

    Source: domain rules, section 8, "Proposing adjustments"; the constants of this file are our rule.
    """
    filed = tuple(filings)
    periods = sorted(
        (each for each in plan.periods if each.ends_on <= period.ends_on), key=lambda each: each.ends_on, reverse=True
    )
    reports = _reports(plan, periods=periods, agencies=tuple(agencies), filings=filed)
    points = points_by_course(filed, plan=plan, until=period)
    found = []
    for indicator in plan.indicators:
        target = goal(indicator)
        if target is None:
            continue
        forecasts = {
            agency: forecast(
                indicator=indicator, points=points.get(Course(agency, indicator.id), ()), plan_ends_on=plan.ends_on
            )
            for agency in sorted(reports.get(_Slot(period.id, indicator.id), ()))
        }
        found.append(_outlook(indicator, target, forecasts=forecasts, periods=periods, reports=reports))
    return tuple(found)


def ample(indicator: Indicator, target: Target) -> Target | None:
    """Return the target as it would be if it stood a margin further on, None where nothing can exceed it.

    A yes is a yes, and neither the end of a measure nor 0 leaves a margin.
    """
    if indicator.measure is Measure.YES_NO:
        return None
    bounds = bounds_of(indicator)
    end = bounds.highest if target.is_rising else bounds.lowest
    margin = figures.product(target.value.copy_abs(), MARGIN_RATIO)
    if end is not None:
        margin = min(margin, figures.product(figures.difference(end, target.value).copy_abs(), ROOM_RATIO))
    if margin == 0:
        return None
    if target.is_rising:
        return Target(Comparison.AT_LEAST, figures.kept(figures.total((target.value, margin))))
    return Target(Comparison.AT_MOST, figures.kept(figures.difference(target.value, margin)))


def _reports(
    plan: Plan, *, periods: Iterable[Period], agencies: Sequence[Agency], filings: Iterable[Filing]
) -> _Reports:
    observed = {
        (each.key.period, each.key.agency, observation.indicator): observation
        for each in filings
        for observation in each.observations
    }
    reports: dict[_Slot, dict[str, Observation | None]] = defaultdict(dict)
    for period in periods:
        for agency in agencies:
            for indicator in indicators_owed(plan=plan, agency=agency, period=period):
                observation = observed.get((period.id, agency.id, indicator.id))
                reports[_Slot(period.id, indicator.id)][agency.id] = observation
    return reports


def _outlook(
    indicator: Indicator,
    target: Target,
    *,
    forecasts: Mapping[str, Forecast],
    periods: Sequence[Period],
    reports: _Reports,
) -> Outlook:
    misses = [
        Miss(agency, each.shortfall)
        for agency, each in forecasts.items()
        if each.reach is Reach.NO and each.shortfall is not None
    ]
    by_period = [reports.get(_Slot(each.id, indicator.id), {}) for each in periods]
    further = ample(indicator, target)
    ample_periods = _in_a_row(by_period, further) if further else 0
    return Outlook(
        indicator=indicator.id,
        target=target,
        forecasts=forecasts,
        reported=len(_values(by_period[0])),
        level=_level(indicator, by_period[0]),
        median_shortfall=figures.kept(figures.median(miss.shortfall for miss in misses)) if misses else None,
        worst=max(misses, key=lambda miss: miss.shortfall) if misses else None,
        ample=further,
        ample_periods=ample_periods,
        adjustment=_adjustment(forecasts.values(), ample_periods=ample_periods),
    )


def _adjustment(forecasts: Collection[Forecast], *, ample_periods: int) -> Adjustment | None:
    reaching = sum(each.reach is Reach.YES for each in forecasts)
    foreseen = reaching + sum(each.reach is Reach.NO for each in forecasts)
    if _is_quorum(foreseen, of=len(forecasts)) and reaching < foreseen * REACHING_RATIO:
        return Adjustment.OUT_OF_REACH
    return Adjustment.LONG_EXCEEDED if ample_periods >= LONG_PERIODS else None


def _in_a_row(by_period: Iterable[Mapping[str, Observation | None]], further: Target) -> int:
    """Return in how many periods, from the latest back, all who reported met the target a margin further on."""
    periods = 0
    for reported in by_period:
        values = _values(reported)
        if not _is_quorum(len(values), of=len(reported)) or not all(map(further.is_met_by, values)):
            break
        periods += 1
    return periods


def _is_quorum(known: int, *, of: int) -> bool:
    return known > 0 and known >= of * QUORUM_RATIO


def _values(reported: Mapping[str, Observation | None]) -> list[Decimal]:
    values = (figures.value_of(each) for each in reported.values() if each is not None)
    return [value for value in values if value is not None]


def _level(indicator: Indicator, reported: Mapping[str, Observation | None]) -> Level | None:
    values = _values(reported)
    if not values or indicator.measure is Measure.YES_NO:
        return None
    if indicator.measure is not Measure.SHARE:
        return Level(figures.kept(figures.median(values)), is_pooled=False)
    observed = [each for each in reported.values() if each is not None]
    pooled = Observation(
        indicator.id,
        numerator=figures.total(each.numerator or figures.ZERO for each in observed),
        denominator=figures.total(each.denominator or figures.ZERO for each in observed),
    )
    value = figures.value_of(pooled)
    return None if value is None else Level(figures.kept(value), is_pooled=True)
