"""What values a measure can have at all."""

from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.judging.figures import ONE, ZERO
from services.scoring.judging.model import Indicator
from shared.events.vocabulary import Measure

_HUNDRED: Final = Decimal(100)


class Bounds(NamedTuple):
    """The lowest and the highest value, in the indicator's unit; None where there is no end."""

    lowest: Decimal | None = None
    highest: Decimal | None = None

    def clamped(self, value: Decimal) -> Decimal:
        """Return the value, or the end that it lies beyond."""
        if self.lowest is not None and value < self.lowest:
            return self.lowest
        return self.highest if self.highest is not None and value > self.highest else value


_BOUNDS: Final = {
    Measure.SHARE: Bounds(ZERO, _HUNDRED),
    Measure.PERCENT: Bounds(ZERO, _HUNDRED),
    Measure.COUNT: Bounds(ZERO),
    Measure.NUMBER: Bounds(),
    Measure.YES_NO: Bounds(ZERO, ONE),
}


def bounds_of(indicator: Indicator) -> Bounds:
    """Return what values the indicator can have: what ingest accepts of its measure."""
    return _BOUNDS[indicator.measure]
