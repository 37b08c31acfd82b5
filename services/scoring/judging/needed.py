"""What an indicator must show at the end of the next period to be on track then."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.attainment import GROWTH_METHODS, goal
from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.expectation import Expected, expected
from services.scoring.judging.model import Indicator, Period, Plan, Target, once_per_plan
from shared.events.vocabulary import Direction, Measure, Method

_HUNDRED: Final = Decimal(100)


@once_per_plan
def next_period(plan: Plan, period: Period) -> Period | None:
    """Return the period of the plan that follows, None after the last."""
    later = sorted((each for each in plan.periods if each.ends_on > period.ends_on), key=lambda each: each.ends_on)
    return later[0] if later else None


def needed_value(indicator: Indicator, *, plan: Plan, following: Period | None) -> Decimal | None:
    """Return the value, in the indicator's unit, from which it is on track at the end of the period that follows.

    Rounded to the safe side: to a whole number where the indicator counts things, else to the digits that are kept.
    None after the last period, where nothing is expected yet or nothing can be worked out, and by growth.

    Source: attained ÷ expected = the plan's on-track ratio, or expected value − tolerance, solved for the value.
    """
    target = goal(indicator)
    if following is None or target is None or indicator.method in GROWTH_METHODS:
        return None
    wanted = expected(indicator, plan=plan, at=following.ends_on)
    if indicator.method is Method.YES_NO:
        return figures.ONE if wanted.ratio else None
    exact = _exact(indicator, target, wanted=wanted, on_track_ratio=plan.thresholds.on_track_ratio)
    return None if exact is None else _on_the_safe_side(indicator, exact)


def needed_numerator(indicator: Indicator, *, value: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Return how many of the denominator make up a share of `value` percent, whole, rounded to the safe side."""
    if value is None or indicator.measure is not Measure.SHARE or not denominator:
        return None
    part = figures.quotient(figures.product(value, denominator), _HUNDRED)
    return part.to_integral_value(_rounding(indicator))


def _exact(indicator: Indicator, target: Target, *, wanted: Expected, on_track_ratio: Decimal) -> Decimal | None:
    if wanted.ratio is None or wanted.value is None or _is_without_ratio(indicator, target):
        return None
    is_increasing = indicator.direction is Direction.INCREASING
    if indicator.tolerance is not None:
        tolerated = indicator.tolerance.on_track
        value = figures.added(wanted.value, tolerated.copy_negate() if is_increasing else tolerated)
        lowest = bounds_of(indicator).lowest
        return None if is_increasing and lowest is not None and value <= lowest else value
    ratio = figures.product(on_track_ratio, wanted.ratio)
    if ratio <= 0:
        return None  # nothing is expected yet
    if indicator.method is Method.FROM_BASELINE and indicator.baseline is not None:
        first = indicator.baseline.value
        return figures.added(first, figures.product(ratio, figures.difference(target.value, first)))
    return figures.product(ratio, target.value) if is_increasing else figures.quotient(target.value, ratio)


def _is_without_ratio(indicator: Indicator, target: Target) -> bool:
    """Return whether only meeting the target counts, so that no value short of it is on track."""
    if indicator.method is Method.FROM_BASELINE:
        return indicator.baseline is None or indicator.baseline.value == target.value
    return target.value < 0 or (target.value == 0 and indicator.direction is Direction.INCREASING)


def _on_the_safe_side(indicator: Indicator, value: Decimal) -> Decimal:
    if indicator.measure is Measure.COUNT:
        return value.to_integral_value(_rounding(indicator))
    return figures.kept_towards(value, _rounding(indicator))


def _rounding(indicator: Indicator) -> str:
    return ROUND_CEILING if indicator.direction is Direction.INCREASING else ROUND_FLOOR
