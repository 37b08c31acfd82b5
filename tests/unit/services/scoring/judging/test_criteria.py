"""What indicators are measured by is made once for a plan, and forgotten with it."""

import gc
import weakref
from dataclasses import replace
from decimal import Decimal

from services.scoring.judging.criteria import criteria_of
from tests.unit.services.scoring.examples import FIRST_QUARTER, WHOLE_YEAR, above, indicator, plan


def test_a_plan_is_measured_once_for_each_period() -> None:
    of_year = plan(indicator())
    assert criteria_of(of_year, WHOLE_YEAR) is criteria_of(of_year, WHOLE_YEAR)
    assert criteria_of(of_year, WHOLE_YEAR) is not criteria_of(of_year, FIRST_QUARTER)


def test_plans_that_are_only_tried_push_no_other_out_and_are_forgotten() -> None:
    in_force = plan(indicator())
    kept = criteria_of(in_force, WHOLE_YEAR)
    for target in range(1_000):
        tried = replace(in_force, indicators=(indicator(target=above(target % 100)),))
        assert criteria_of(tried, WHOLE_YEAR)["edoc-exchange"].expected.value == Decimal(target % 100)
    assert criteria_of(in_force, WHOLE_YEAR) is kept
    gone = weakref.ref(tried)
    del tried
    gc.collect()
    assert gone() is None
