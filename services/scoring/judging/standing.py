"""Judges one observation by its criteria: from the value and what its method finds to standing, reason and points."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.attainment import found
from services.scoring.judging.composite import points
from services.scoring.judging.criteria import Criteria
from services.scoring.judging.judgements import Judgement, Observed
from services.scoring.judging.methods.case import Case, Growth
from services.scoring.judging.model import Base, Indicator, Observation, Period, Thresholds, Tolerance
from services.scoring.judging.needed import needed_numerator
from shared.events.vocabulary import Direction, GrowthFrom, ProgressStatus, Reason, Standing

_STANDINGS: Final[Mapping[ProgressStatus, Standing]] = MappingProxyType(
    {
        ProgressStatus.TARGET_ACHIEVED: Standing.MET,
        ProgressStatus.SUBSTANTIAL_PROGRESS: Standing.ON_TRACK,
        ProgressStatus.MODERATE_PROGRESS: Standing.AT_RISK,
        ProgressStatus.LIMITED_PROGRESS: Standing.LAGGING,
        ProgressStatus.DETERIORATION: Standing.LAGGING,
        ProgressStatus.NOT_AVAILABLE: Standing.NOT_ASSESSABLE,
    }
)


def judged(
    indicator: Indicator,
    *,
    observation: Observation | None,
    silence: tuple[Standing, Reason],
    criteria: Criteria,
    period: Period,
    first: Base | None,
    is_owed_next: bool = True,
) -> Judgement:
    """Return how what was reported is judged, with what the next report must show.

    `silence` is what stands where nothing was, `first` the agency's first observation before this period;
    `is_owed_next` says whether the agency owes the plan's next period.
    """
    if observation is None:
        judgement = _unmeasured(indicator, criteria=criteria, observed=None, verdict=silence)
    else:
        judgement = _judged(indicator, observation=observation, criteria=criteria, period=period, first=first)
    if criteria.needed is None or not is_owed_next:
        return judgement
    denominator = judgement.observed.denominator if judgement.observed else None
    return judgement._replace(
        needed_value=criteria.needed,
        needed_numerator=needed_numerator(indicator, value=criteria.needed, denominator=denominator),
    )


def _judged(
    indicator: Indicator, *, observation: Observation, criteria: Criteria, period: Period, first: Base | None
) -> Judgement:
    value = figures.value_of(observation)
    if value is None:
        verdict = Standing.NOT_ASSESSABLE, Reason.DENOMINATOR_ZERO
        observed = _observed(observation, value=None)
        return _unmeasured(indicator, criteria=criteria, observed=observed, verdict=verdict)
    base = criteria.base
    if indicator.growth_from is GrowthFrom.FIRST_OBSERVATION:
        base = first or Base(period.last_on, value)  # nothing was reported before: it is its own base
    finding = found(
        indicator.method,
        Case(indicator.direction, criteria.target, value, period.ends_on, criteria.due, base, indicator.limit),
    )
    (attainment, reason_found, growth), wanted = finding, criteria.expected.ratio
    pace = lag_points = None
    if attainment is not None and wanted is not None:
        # Where nothing is expected yet, or less, the quotient has no meaning.
        pace = figures.kept(figures.quotient(attainment, wanted)) if wanted > 0 else None
        lag_points = figures.kept(figures.shortfall(attainment, wanted))
    lag_value = _lag_value(indicator, value, expected=criteria.expected.value)
    standing, reason = _verdict(
        value, growth, reason_found, pace=pace, lag_value=lag_value, tolerance=indicator.tolerance, criteria=criteria
    )
    attainment = figures.kept(attainment)
    return Judgement(
        indicator.id,
        _observed(observation, value=value),
        attainment,
        criteria.expected_ratio,
        figures.kept(growth.expected_value) if growth else criteria.expected_value,
        pace,
        lag_points,
        standing,
        reason,
        base if growth else None,
        figures.kept(growth.ratio) if growth else None,
        figures.kept(growth.score) if growth else None,
        growth.status if growth else None,
        points(attainment, standing=standing, weight=indicator.weight),
        lag_value,
        figures.kept(growth.limit_factor) if growth else None,
    )


def _lag_value(indicator: Indicator, value: Decimal, *, expected: Decimal | None) -> Decimal | None:
    """Return how far the value falls short of the expected one, in the unit; None without a tolerance for it."""
    if indicator.tolerance is None or expected is None:
        return None
    is_increasing = indicator.direction is Direction.INCREASING
    short = figures.difference(expected, value) if is_increasing else figures.difference(value, expected)
    return figures.kept(max(short, figures.ZERO))


def _unmeasured(
    indicator: Indicator, *, criteria: Criteria, observed: Observed | None, verdict: tuple[Standing, Reason]
) -> Judgement:
    standing, reason = verdict
    return Judgement(
        indicator=indicator.id,
        observed=observed,
        attainment_ratio=None,
        expected_ratio=criteria.expected_ratio,
        expected_value=criteria.expected_value,
        pace_ratio=None,
        lag_points=None,
        standing=standing,
        reason=reason,
        points=points(None, standing=standing, weight=indicator.weight),
    )


def _verdict(
    value: Decimal,
    growth: Growth | None,
    reason: Reason | None,
    *,
    pace: Decimal | None,
    lag_value: Decimal | None,
    tolerance: Tolerance | None,
    criteria: Criteria,
) -> tuple[Standing, Reason]:
    if growth is not None and reason is not None:
        return _STANDINGS[growth.status], reason
    if criteria.target is not None and criteria.target.is_met_by(value):
        return Standing.MET, Reason.TARGET_MET
    if reason is not None:
        return Standing.NOT_ASSESSABLE, reason
    if tolerance is not None and lag_value is not None:
        return _by_tolerance(lag_value, tolerance), Reason.BY_TOLERANCE
    return _by_pace(pace, criteria.thresholds)


def _by_tolerance(lag_value: Decimal, tolerance: Tolerance) -> Standing:
    if lag_value <= tolerance.on_track:
        return Standing.ON_TRACK
    return Standing.AT_RISK if lag_value <= tolerance.at_risk else Standing.LAGGING


def _by_pace(pace: Decimal | None, thresholds: Thresholds) -> tuple[Standing, Reason]:
    if pace is None:
        return Standing.ON_TRACK, Reason.NOTHING_EXPECTED_YET
    if pace >= thresholds.on_track_ratio:
        return Standing.ON_TRACK, Reason.BY_PACE
    return Standing.AT_RISK if pace >= thresholds.at_risk_ratio else Standing.LAGGING, Reason.BY_PACE


def _observed(observation: Observation, *, value: Decimal | None) -> Observed:
    """Return what was reported, to its last digit; only a share, which is a quotient, is kept as quotients are."""
    _, numerator, denominator, told, _, note = observation
    return Observed(figures.kept(value) if told is None else told, numerator, denominator, note)
