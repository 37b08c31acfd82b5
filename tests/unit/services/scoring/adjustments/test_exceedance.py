"""From which value on a target counts as exceeded."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.adjustments.exceedance import ample
from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.model import Target
from shared.events.vocabulary import Comparison, Measure
from tests.unit.services.scoring.examples import above, at_least, at_most, indicator, target


@pytest.mark.parametrize(
    ("measure", "goal", "further"),
    [
        (Measure.SHARE, above(90), at_least(95)),  # half of what is left, less than a tenth of 90
        (Measure.SHARE, at_least(50), at_least(55)),
        (Measure.PERCENT, at_least(99), at_least("99.5")),
        (Measure.PERCENT, at_least(100), None),  # nothing is left
        (Measure.COUNT, at_least(4), at_least("4.4")),  # five, that is
        (Measure.COUNT, at_most(10), at_most(9)),
        (Measure.COUNT, at_most(0), None),
        (Measure.SHARE, target(Comparison.BELOW, 4), at_most("3.6")),
        (Measure.NUMBER, at_least(0), None),  # a tenth of nothing
        (Measure.NUMBER, at_least(-20), at_least(-18)),
        (Measure.NUMBER, at_most(-20), at_most(-22)),
        (Measure.YES_NO, at_least(1), None),
    ],
)
def test_a_target_is_exceeded_by_a_tenth_or_half_of_what_is_left(
    measure: Measure, goal: Target, further: Target | None
) -> None:
    assert ample(indicator(measure=measure), goal) == further


@settings(deadline=None)
@given(
    st.sampled_from(list(Measure)),
    st.sampled_from([above(0), at_most(0)]),
    st.decimals(0, 100, places=3),
)
def test_whoever_exceeds_a_target_meets_it_with_a_possible_value(measure: Measure, kind: Target, value: object) -> None:
    goal = replace(kind, value=value)  # type: ignore[arg-type]  # a Decimal
    further = ample(indicator(measure=measure), goal)
    if further is not None:
        assert goal.is_met_by(further.value)
        assert bounds_of(indicator(measure=measure)).clamped(further.value) == further.value
