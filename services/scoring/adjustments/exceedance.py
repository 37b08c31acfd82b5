"""From which value on a target counts as exceeded, and not merely met."""

from decimal import Decimal
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.model import Indicator, Target
from shared.events.vocabulary import Comparison, Measure

MARGIN_RATIO: Final = Decimal("0.1")
"""By so much of the target: twice what separates on track from met by the usual thresholds (our rule)."""

ROOM_RATIO: Final = Decimal("0.5")
"""But by no more than this part of what its measure leaves beyond it: 95 % for above 90 % (our rule)."""


def ample(indicator: Indicator, target: Target) -> Target | None:
    """Return the target as it would be if it stood a margin further, None where nothing can exceed it.

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
