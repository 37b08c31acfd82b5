"""What values a measure can have at all."""

from decimal import Decimal

import pytest

from services.scoring.judging.bounds import bounds_of
from shared.events.vocabulary import Measure
from tests.unit.services.scoring.examples import indicator


@pytest.mark.parametrize(
    ("measure", "value", "possible"),
    [
        (Measure.SHARE, "100.5", "100"),
        (Measure.SHARE, "-0.5", "0"),
        (Measure.PERCENT, "99.5", "99.5"),
        (Measure.COUNT, "-3", "0"),
        (Measure.COUNT, "1e9", "1e9"),
        (Measure.NUMBER, "-3.5", "-3.5"),
        (Measure.YES_NO, "2", "1"),
    ],
)
def test_a_value_stays_within_what_its_measure_can_have(measure: Measure, value: str, possible: str) -> None:
    assert bounds_of(indicator(measure=measure)).clamped(Decimal(value)) == Decimal(possible)
