"""What a lagging indicator would have to show to be on track."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from services.notify.model import Judgement
from shared.events.vocabulary import Direction, Measure, Method

_PERCENT: Final = Decimal(100)


def needed_value(judgement: Judgement, *, on_track_ratio: Decimal) -> Decimal | None:
    """Return the value, in the indicator's unit, at which the indicator would have been on track at the period's end.

    Source: attained ÷ expected ≥ the plan's on-track ratio, solved for the value; null for methods that look at growth.
    """
    if judgement.measure is Measure.YES_NO:
        return Decimal(1)
    if judgement.target is None or judgement.expected_ratio is None:
        return None
    target = judgement.target.value
    attainment = on_track_ratio * judgement.expected_ratio
    if judgement.method is Method.FROM_BASELINE and judgement.baseline is not None:
        return judgement.baseline + attainment * (target - judgement.baseline)
    if judgement.method is not Method.TO_TARGET:
        return None
    if judgement.direction is Direction.INCREASING:
        return attainment * target
    return target / attainment if attainment else None


def needed_numerator(judgement: Judgement, *, value: Decimal | None) -> Decimal | None:
    """Return how many of the reported denominator make up the share `value` (percent), rounded to the safe side."""
    if value is None or judgement.measure is not Measure.SHARE or not judgement.denominator:
        return None
    is_increasing = judgement.direction is Direction.INCREASING
    return (value * judgement.denominator / _PERCENT).to_integral_value(ROUND_CEILING if is_increasing else ROUND_FLOOR)
