"""Judges one observation by its yardstick: from the value and what its method finds to standing, reason and points."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from services.scoring import figures
from services.scoring.attainment import found
from services.scoring.cases import Case, Growth
from services.scoring.composite import points
from services.scoring.judgements import Judgement, Observed
from services.scoring.model import Base, Indicator, Observation, Period, Thresholds
from services.scoring.yardsticks import Yardstick
from shared.events.vocabulary import GrowthFrom, Method, ProgressStatus, Reason, Standing

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

_NOTHING_ELSE: Final = (None, None, None, None)  # but the answer


def judged(
    indicator: Indicator, *, observation: Observation, yardstick: Yardstick, period: Period, first: Base | None
) -> Judgement:
    """Return how what was reported is judged; `first` is the agency's first observation before this period."""
    _, numerator, denominator, value, yes, note = observation
    if indicator.method is not Method.YES_NO or yes is None or (numerator, denominator, value, note) != _NOTHING_ELSE:
        return _judged(indicator, observation=observation, yardstick=yardstick, period=period, first=first)
    judgement = yardstick.answers.get(yes)  # a yes is the same whoever says it
    if judgement is None:
        judgement = _judged(indicator, observation=observation, yardstick=yardstick, period=period, first=first)
        yardstick.answers[yes] = judgement
    return judgement


def unreported(indicator: Indicator, *, yardstick: Yardstick, standing: Standing, reason: Reason) -> Judgement:
    """Return the judgement of what was not reported, which is the same for every agency."""
    judgement = yardstick.silences.get((standing, reason))
    if judgement is None:
        judgement = _unmeasured(indicator, yardstick=yardstick, observed=None, standing=standing, reason=reason)
        yardstick.silences[standing, reason] = judgement
    return judgement


def _judged(
    indicator: Indicator, *, observation: Observation, yardstick: Yardstick, period: Period, first: Base | None
) -> Judgement:
    value = figures.value_of(observation)
    if value is None:
        observed = _observed(observation, value=None)
        standing, reason = Standing.NOT_ASSESSABLE, Reason.DENOMINATOR_ZERO
        return _unmeasured(indicator, yardstick=yardstick, observed=observed, standing=standing, reason=reason)
    base = yardstick.base
    if indicator.growth_from is GrowthFrom.FIRST_OBSERVATION:
        base = first or Base(period.last_on, value)  # nothing was reported before: it is its own base
    finding = found(
        indicator.method, Case(indicator.direction, yardstick.target, value, period.ends_on, yardstick.due, base)
    )
    (attainment, reason_found, growth), wanted = finding, yardstick.expected.ratio
    pace = lag_points = None
    if attainment is not None and wanted is not None:
        # Where nothing is expected yet, or less, the quotient has no meaning.
        pace = figures.kept(figures.quotient(attainment, wanted)) if wanted > 0 else None
        lag_points = figures.kept(figures.shortfall(attainment, wanted))
    standing, reason = _verdict(value, growth, reason_found, pace=pace, yardstick=yardstick)
    attainment = figures.kept(attainment)
    return Judgement(
        indicator.id,
        _observed(observation, value=value),
        attainment,
        yardstick.expected_ratio,
        figures.kept(growth.expected_value) if growth else yardstick.expected_value,
        pace,
        lag_points,
        standing,
        reason,
        base if growth else None,
        figures.kept(growth.ratio) if growth else None,
        figures.kept(growth.score) if growth else None,
        growth.status if growth else None,
        points(attainment, standing=standing, weight=indicator.weight),
    )


def _unmeasured(
    indicator: Indicator, *, yardstick: Yardstick, observed: Observed | None, standing: Standing, reason: Reason
) -> Judgement:
    return Judgement(
        indicator=indicator.id,
        observed=observed,
        attainment_ratio=None,
        expected_ratio=yardstick.expected_ratio,
        expected_value=yardstick.expected_value,
        pace_ratio=None,
        lag_points=None,
        standing=standing,
        reason=reason,
        points=points(None, standing=standing, weight=indicator.weight),
    )


def _verdict(
    value: Decimal, growth: Growth | None, reason: Reason | None, *, pace: Decimal | None, yardstick: Yardstick
) -> tuple[Standing, Reason]:
    if growth is not None and reason is not None:
        return _STANDINGS[growth.status], reason
    if yardstick.target is not None and yardstick.target.is_met_by(value):
        return Standing.MET, Reason.TARGET_MET
    if reason is not None:
        return Standing.NOT_ASSESSABLE, reason
    return _by_pace(pace, yardstick.thresholds)


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
