"""The formula in an event is one that a reader with a calculator can follow."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.agency import judge
from services.scoring.judging.model import Indicator, Tolerance
from shared.events.vocabulary import Basis, Direction, Expectation, GrowthFrom, Measure, Method
from shared.wording.formulas import formula
from tests.unit.services.scoring.examples import (
    WHOLE_YEAR,
    above,
    as_announced,
    at_least,
    at_most,
    indicator,
    milestone,
    plan,
)

TOLERANCE = Tolerance(Decimal("0.1"), Decimal("0.5"), Basis.ASSUMED)
PERCENT = indicator(measure=Measure.PERCENT)


def told(by: Indicator, *, on_track: str = "0.95") -> str:
    within = plan(by, on_track=on_track)
    judgement = judge(plan=within, period=WHOLE_YEAR, indicator=by, observation=None, has_filed=False, is_closed=True)
    data = as_announced(judgement, by=within)
    return formula(data.judgements[0], progress=data)


def test_a_share_of_its_target_is_told_step_by_step_with_the_figures_of_the_plan() -> None:
    assert told(indicator(target=above(90)), on_track="0.9").split("; ") == [
        "value = 100 × numerator ÷ denominator",
        "met if value > 90",
        "attainment = value ÷ target (ServiceNow Goal Framework, actual ÷ planned)",
        (
            "expected value = on straight lines by days through 0 on 2013-12-31, 90 on 2014-12-31 (ends of days), "
            "at the period's last day"
        ),
        "expected = its attainment (our rule)",
        (
            "unless met, pace = attainment ÷ expected: from 0.9 on track, from 0.75 at risk, below lagging "
            "(the plan's thresholds), on track while 0 is expected (our rule)"
        ),
        "lag = 100 × (expected − attainment), never below 0 (our rule)",
    ]


def test_what_is_expected_goes_through_baseline_and_milestones_as_the_plan_dates_them() -> None:
    park = indicator(
        target=at_least(100), milestones=(milestone("2014-06-30", 50),), baseline=milestone("2013-06-30", 5)
    )
    assert "through 5 on 2013-12-31, 50 on 2014-06-30, 100 on 2014-12-31 (ends of days)" in told(park)
    by_march = replace(PERCENT, target=replace(at_least(100), on=date(2014, 3, 31)))
    assert "through 0 on 2013-12-31, 100 on 2014-03-31 (ends of days)" in told(by_march)


def test_what_falls_without_a_baseline_is_expected_from_its_first_milestone_on() -> None:
    falling = indicator(
        measure=Measure.COUNT,
        direction=Direction.DECREASING,
        target=at_most(10),
        milestones=(milestone("2014-06-30", 50),),
    )
    assert "through 50 on 2014-06-30, 10 on 2014-12-31 (ends of days)" in told(falling)


def test_a_yes_no_is_met_by_a_yes_and_expected_from_its_day_on() -> None:
    asked = indicator(
        method=Method.YES_NO, measure=Measure.YES_NO, target=None, milestones=(milestone("2014-06-30", 0),)
    )
    assert told(asked).startswith("met if yes; attainment = 1 if yes, 0 if no (ServiceNow")
    assert "expected = 0 before the end of 2014-12-31, 1 from then on" in told(asked)
    assert "expected = 1: yes, from the first period" in told(replace(asked, expectation=Expectation.AT_ONCE))


def test_a_tolerance_is_told_in_the_unit_with_whose_it_is() -> None:
    uptime = replace(PERCENT, target=at_least(99), expectation=Expectation.AT_ONCE, tolerance=TOLERANCE)
    assert told(uptime).endswith(
        "unless met, lag in the unit = expected value − value, never below 0: up to 0.1 on track, up to 0.5 at risk, "
        "beyond lagging (the indicator's tolerance, assumed; our rule)"
    )
    falling = replace(uptime, direction=Direction.DECREASING, target=at_most(1))
    assert "lag in the unit = value − expected value" in told(falling)


def test_a_limit_is_told_with_how_it_divides_growth() -> None:
    watched = replace(PERCENT, method=Method.NO_TARGET, target=None, baseline=milestone("2013-12-31", 20))
    assert "C = " not in told(watched)
    assert "limit 100: p from 0 is divided by C = 1 − (1 − |base − limit| ÷ limit)^4.44" in told(
        replace(watched, limit=Decimal(100))
    )


@pytest.mark.parametrize(
    "at_once",
    [
        replace(PERCENT, expectation=Expectation.AT_ONCE),
        replace(PERCENT, direction=Direction.DECREASING, target=at_most(5)),  # it has nowhere to fall from
    ],
)
def test_where_no_line_is_drawn_the_target_is_expected_from_the_first_period(at_once: Indicator) -> None:
    assert "expected = 1: the target, from the first period" in told(at_once)
    assert "straight lines" not in told(at_once)


def test_where_less_is_better_the_quotient_is_reversed() -> None:
    falling = replace(PERCENT, direction=Direction.DECREASING, target=at_most(5), baseline=milestone("2013-12-31", 20))
    assert "met if value ≤ 5; attainment = target ÷ value, 1 from 0 down" in told(falling)
    assert "through 20 on 2013-12-31, 5 on 2014-12-31" in told(falling)


def test_the_way_from_a_baseline_is_told_as_a_part_of_it() -> None:
    way = replace(PERCENT, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", 20))
    assert "attainment = (value − baseline) ÷ (target − baseline) (ServiceNow" in told(way)
    assert "attainment = (value − baseline)" in told(replace(way, baseline=None))


def test_a_target_without_a_ratio_says_that_it_is_met_or_not_assessable() -> None:
    started = replace(PERCENT, target=at_least(0))
    assert told(started) == (
        "met if value ≥ 0; no ratio to a target of 0 or less exists: not assessable unless met (our rule)"
    )
    surplus = replace(PERCENT, direction=Direction.DECREASING, target=at_most(-5))
    assert "no ratio to a target below 0 exists" in told(surplus)
    incidents = replace(PERCENT, direction=Direction.DECREASING, target=at_most(0))
    assert "attainment = 1 if met, else 0" in told(incidents)
    kept_up = replace(PERCENT, method=Method.FROM_BASELINE, target=at_least(60), baseline=milestone("2013-12-31", 60))
    assert told(kept_up) == (
        "met if value ≥ 60; no ratio to a target that is the baseline exists: not assessable unless met (our rule)"
    )


def test_without_a_target_and_a_base_nothing_is_judged() -> None:
    shown = "no target: the value is shown, not judged (our rule)"
    assert told(indicator(target=None)) == shown
    assert told(indicator(method=Method.NO_TARGET)) == shown


def test_growth_tells_its_base_its_limits_and_what_they_are_called() -> None:
    paced = indicator(method=Method.PACE, target=at_least(100), growth_from=GrowthFrom.FIRST_OBSERVATION)
    assert told(paced).startswith(
        "value = 100 × numerator ÷ denominator; met if value ≥ 100; "
        "base = the agency's first observation in the plan; CAGR ="
    )
    assert "from 0.95 substantial = on track, from 0.6 moderate = at risk" in told(paced)
    watched = replace(PERCENT, method=Method.NO_TARGET, baseline=milestone("2013-12-31", 20))
    assert told(watched).startswith("base = the plan's baseline; CAGR = ")
    assert "from 0.015 substantial = on track" in told(watched)
