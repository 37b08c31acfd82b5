"""What the next report must show."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.scoring.judging.agency import judge_agency
from services.scoring.judging.model import Indicator, Period, Tolerance
from services.scoring.judging.needed import needed_numerator, needed_value, next_period
from shared.events.vocabulary import Basis, Direction, Expectation, GrowthFrom, Measure, Method, Standing
from tests.unit.services.scoring.examples import (
    DISTRICT,
    FIRST_QUARTER,
    WHOLE_YEAR,
    at_least,
    at_most,
    filing,
    indicator,
    judged,
    milestone,
    plan,
    share,
    value,
    yes,
)

SECOND_QUARTER = Period("2014-Q2", date(2014, 4, 1), date(2014, 7, 1), date(2014, 7, 8))
PERCENT = indicator(measure=Measure.PERCENT, target=at_least(100))
ASKED = indicator(measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1))
FALLING = indicator(
    measure=Measure.NUMBER, direction=Direction.DECREASING, target=at_most(20), baseline=milestone("2013-12-31", 120)
)


def needed(by: Indicator, *, at: Period | None = WHOLE_YEAR, on_track: str = "0.95") -> Decimal | None:
    return needed_value(by, plan=plan(by, on_track=on_track), following=at)


def test_the_next_period_is_the_one_that_ends_next() -> None:
    whole = plan(PERCENT, periods=(WHOLE_YEAR, SECOND_QUARTER, FIRST_QUARTER))
    following = [next_period(whole, each) for each in (FIRST_QUARTER, SECOND_QUARTER, WHOLE_YEAR)]
    assert following == [SECOND_QUARTER, WHOLE_YEAR, None]


def test_needed_is_what_is_on_track_at_the_end_of_the_next_period() -> None:
    assert needed(PERCENT) == 95
    by_midyear = needed(PERCENT, at=SECOND_QUARTER)
    assert by_midyear is not None
    assert round(by_midyear, 4) == Decimal("47.1096")  # 0.95 × 181 ÷ 365


def test_what_falls_towards_its_target_may_be_above_it_by_the_ratio() -> None:
    assert needed(FALLING, on_track="0.8") == 25
    assert needed(replace(FALLING, method=Method.FROM_BASELINE), on_track="0.8") == 40


def test_within_a_tolerance_needed_is_the_expected_value_less_what_is_tolerated() -> None:
    tolerance = Tolerance(Decimal("0.1"), Decimal("0.5"), Basis.ASSUMED)
    uptime = replace(PERCENT, target=at_least(99), expectation=Expectation.AT_ONCE, tolerance=tolerance)
    assert needed(uptime) == Decimal("98.9")
    incidents = replace(FALLING, target=at_most(0), expectation=Expectation.AT_ONCE, tolerance=tolerance)
    assert needed(incidents) == Decimal("0.1")
    assert needed(replace(PERCENT, target=at_least("0.05"), tolerance=tolerance)) is None  # 0 is tolerated


def test_what_counts_things_needs_a_whole_number_on_the_safe_side() -> None:
    assert needed(indicator(measure=Measure.COUNT, target=at_least(4))) == 4
    assert needed(replace(FALLING, measure=Measure.COUNT)) == 21  # 20 ÷ 0.95 is 21.05…


def test_a_yes_is_needed_only_once_it_is_due() -> None:
    assert needed(ASKED, at=SECOND_QUARTER) is None
    assert needed(ASKED) == 1


@pytest.mark.parametrize(
    "by",
    [
        indicator(target=None),
        indicator(method=Method.NO_TARGET, target=None),
        indicator(method=Method.PACE, growth_from=GrowthFrom.FIRST_OBSERVATION),
        replace(PERCENT, milestones=(milestone("2014-12-31", 0),), target=replace(at_least(9), on=date(2015, 6, 30))),
        replace(PERCENT, target=at_least(0)),
        replace(FALLING, target=at_most(-5)),
        replace(FALLING, method=Method.FROM_BASELINE, target=at_most(120)),
        replace(FALLING, method=Method.FROM_BASELINE, baseline=None),
    ],
)
def test_nothing_is_needed_where_nothing_is_expected_or_can_be_worked_out(by: Indicator) -> None:
    assert needed(by) is None


def test_after_the_last_period_nothing_is_needed() -> None:
    assert needed(PERCENT, at=None) is None
    assert judged(value(3), PERCENT).needed_value is None
    assert judged(value(3), PERCENT, period=FIRST_QUARTER).needed_value == 95


def test_a_share_is_told_as_whole_parts_of_its_last_denominator() -> None:
    found = judged(share(2, 9), indicator(target=at_least(50)), period=FIRST_QUARTER)
    assert (found.needed_value, found.needed_numerator) == (Decimal("47.5"), Decimal(5))  # 4.275
    falling = indicator(direction=Direction.DECREASING, target=at_most(10), expectation=Expectation.AT_ONCE)
    assert needed_numerator(falling, value=Decimal("21.375"), denominator=Decimal(200)) == 42
    assert needed_numerator(falling, value=None, denominator=Decimal(200)) is None
    assert needed_numerator(falling, value=Decimal(3), denominator=Decimal(0)) is None
    assert needed_numerator(PERCENT, value=Decimal(3), denominator=Decimal(9)) is None


def test_an_agency_that_owes_no_further_period_needs_nothing_more() -> None:
    by = (PERCENT, replace(ASKED, id="asked"))
    whole = plan(*by)
    staying, leaving = (
        judge_agency(plan=whole, agency=agency, period=FIRST_QUARTER, filing=filed, is_closed=True)
        for agency in (DISTRICT, replace(DISTRICT, valid_to=date(2014, 12, 31)))
        for filed in [filing(value(3), yes(answer=False, of="asked"))]
    )
    assert [each.needed_value for each in staying] == [Decimal(95), Decimal(1)]
    assert [each.needed_value for each in leaving] == [None, None]
    silent = [
        judge_agency(plan=whole, agency=agency, period=FIRST_QUARTER, filing=None, is_closed=True)[0].needed_value
        for agency in (DISTRICT, replace(DISTRICT, valid_to=date(2014, 12, 31)))
    ]
    assert silent == [Decimal(95), None]


FIGURES = st.decimals(1, 10**6, places=3)


@given(
    figure=FIGURES,
    start=FIGURES,
    middle=st.decimals(0, 1, places=3),
    method=st.sampled_from([Method.TO_TARGET, Method.FROM_BASELINE]),
    measure=st.sampled_from([Measure.NUMBER, Measure.COUNT, Measure.SHARE]),
    tolerance=st.one_of(st.none(), st.decimals(0, 1000, places=3)),
    on_track=st.decimals("0.01", 1, places=3),
)
def test_what_is_needed_is_on_track_when_it_is_reported(
    *,
    figure: Decimal,
    start: Decimal,
    middle: Decimal,
    method: Method,
    measure: Measure,
    tolerance: Decimal | None,
    on_track: Decimal,
) -> None:
    assume(figure != start)
    is_rising = figure > start
    by = indicator(
        measure=measure,
        method=method,
        direction=Direction.INCREASING if is_rising else Direction.DECREASING,
        target=(at_least if is_rising else at_most)(str(figure)),
        baseline=milestone("2013-12-31", str(start)),
        milestones=(milestone("2014-03-31", str(start + middle * (figure - start))),),
        tolerance=None if tolerance is None else Tolerance(tolerance, tolerance, Basis.ASSUMED),
    )
    whole = plan(by, on_track=str(on_track), at_risk="0.005", periods=(SECOND_QUARTER, WHOLE_YEAR))
    wanted = needed_value(by, plan=whole, following=SECOND_QUARTER)
    assume(wanted is not None)
    assert wanted is not None
    found = judged(value(str(wanted)), by, period=SECOND_QUARTER, on_track=str(on_track), at_risk="0.005")
    assert found.standing in {Standing.MET, Standing.ON_TRACK}
    if measure is Measure.SHARE:
        parts = needed_numerator(by, value=wanted, denominator=Decimal(7919))
        assert parts is not None
        shared = judged(share(str(parts), 7919), by, period=SECOND_QUARTER, on_track=str(on_track), at_risk="0.005")
        assert shared.standing in {Standing.MET, Standing.ON_TRACK}
