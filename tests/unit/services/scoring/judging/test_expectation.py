"""What a plan expects at the end of a period."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.expectation import NOTHING, Expected, expected, expected_share
from services.scoring.judging.model import Indicator
from shared.events.vocabulary import Direction, Expectation, Method
from tests.unit.services.scoring.examples import at_least, at_most, indicator, milestone, plan

STARTS = date(2014, 1, 1)
PLAN = plan()


def _expected(of: Indicator, *, at: str) -> Expected:
    return expected(of, plan=PLAN, at=date.fromisoformat(at))


def _share(of: Indicator, *, at: str) -> Decimal | None:
    return expected_share(of, plan=PLAN, at=date.fromisoformat(at))


def test_without_milestones_the_target_is_approached_day_by_day() -> None:
    assert _expected(indicator(target=at_least(365)), at="2014-04-01").value == 90  # 31 + 28 + 31 days
    assert _expected(indicator(target=at_least(100)), at="2014-03-15").ratio == Decimal("0.2")  # 73 of 365 days


def test_the_last_day_of_the_plan_expects_exactly_the_target() -> None:
    assert _expected(indicator(target=at_least(90)), at="2015-01-01") == Expected(ratio=Decimal(1), value=Decimal(90))


def test_the_planned_quarters_of_the_service_now_example_are_expected_at_their_ends() -> None:
    goal = indicator(
        target=at_least(1000),
        milestones=(milestone("2014-03-31", 250), milestone("2014-06-30", 500), milestone("2014-09-30", 750)),
    )
    values = [_expected(goal, at=day).value for day in ("2014-04-01", "2014-07-01", "2014-10-01", "2015-01-01")]
    assert values == [250, 500, 750, 1000]


def test_between_two_milestones_the_expectation_rises_evenly() -> None:
    goal = indicator(target=at_least(100), milestones=(milestone("2014-03-31", 10), milestone("2014-04-10", 20)))
    assert _expected(goal, at="2014-04-06").value == 15


def test_a_baseline_is_where_the_plan_starts_from_however_early_it_was_measured() -> None:
    goal = indicator(target=at_least(100), baseline=milestone("2012-12-31", 27))
    assert _expected(goal, at="2014-01-01").value == 27
    assert _expected(goal, at="2014-04-01").value == 27 + 73 * Decimal(90) / 365


def test_before_a_baseline_measured_within_the_plan_its_value_is_expected() -> None:
    assert _expected(indicator(baseline=milestone("2014-06-30", 40)), at="2014-03-01").value == 40


def test_what_is_expected_at_once_is_expected_whole_from_the_first_period() -> None:
    uptime = indicator(target=at_least(99), expectation=Expectation.AT_ONCE)
    assert _expected(uptime, at="2014-02-01") == Expected(ratio=Decimal(1), value=Decimal(99))


def test_a_falling_indicator_is_expected_to_fall_from_its_baseline() -> None:
    complaints = indicator(direction=Direction.DECREASING, target=at_most(27), baseline=milestone("2013-12-31", 100))
    middle = _expected(complaints, at="2014-07-01")
    assert middle.value is not None
    assert middle.ratio is not None
    assert abs(middle.value - (100 - 73 * Decimal(181) / 365)) < Decimal("1e-20")
    assert abs(middle.ratio - 27 / middle.value) < Decimal("1e-20")


def test_a_falling_indicator_with_milestones_alone_expects_the_first_until_its_day() -> None:
    complaints = indicator(
        direction=Direction.DECREASING, target=at_most(10), milestones=(milestone("2014-06-30", 50),)
    )
    assert _expected(complaints, at="2014-04-01").value == 50


def test_a_falling_indicator_with_nowhere_to_fall_from_expects_its_target() -> None:
    complaints = indicator(direction=Direction.DECREASING, target=at_most(10))
    assert _expected(complaints, at="2014-02-01") == Expected(ratio=Decimal(1), value=Decimal(10))


def test_nobody_is_half_done_with_a_yes_so_nothing_is_expected_before_its_day() -> None:
    asked = indicator(method=Method.YES_NO, target=replace(at_least(1), on=date(2014, 9, 30)))
    assert _expected(asked, at="2014-09-30") == Expected(ratio=Decimal(0), value=Decimal(0))
    assert _expected(asked, at="2014-10-01") == Expected(ratio=Decimal(1), value=Decimal(1))
    assert _expected(replace(asked, target=None), at="2014-12-31").ratio == 0
    assert _expected(replace(asked, target=None), at="2015-01-01").ratio == 1
    assert _expected(replace(asked, expectation=Expectation.AT_ONCE), at="2014-02-01").ratio == 1


def test_of_the_province_a_share_of_yes_is_expected_a_little_more_each_day() -> None:
    asked = indicator(method=Method.YES_NO, target=None)
    assert _share(asked, at="2014-03-15") == Decimal("0.2")
    stepped = replace(asked, milestones=(milestone("2014-06-30", "0.5"), milestone("2014-09-30", 1)))
    assert [_share(stepped, at=day) for day in ("2014-07-01", "2014-10-01", "2015-01-01")] == [Decimal("0.5"), 1, 1]
    assert _share(replace(asked, expectation=Expectation.AT_ONCE), at="2014-02-01") == 1
    assert _share(indicator(target=None), at="2014-03-15") is None


def test_no_target_expects_nothing() -> None:
    assert _expected(indicator(target=None), at="2014-04-01") == NOTHING


def test_after_the_plan_its_target_stays_expected() -> None:
    assert _expected(indicator(), at="2015-02-01").value == 90


def test_a_milestone_after_the_plan_is_not_waited_for() -> None:
    assert _expected(indicator(milestones=(milestone("2015-06-30", 500),)), at="2015-01-01").value == 90


@given(
    figures=st.lists(st.integers(0, 10_000), min_size=2, max_size=2).map(sorted),
    days=st.integers(1, 365),
    middle=st.integers(1, 364),
)
def test_between_corners_the_expectation_is_the_exact_straight_line(figures: list[int], days: int, middle: int) -> None:
    first, last = figures
    goal = indicator(
        target=at_least(last + 1), milestones=(milestone(str(STARTS + timedelta(days=middle - 1)), first),)
    )
    found = _expected(goal, at=str(STARTS + timedelta(days=days))).value
    assert found is not None
    exact = (
        Fraction(first * days, middle)
        if days <= middle
        else first + Fraction((last + 1 - first) * (days - middle), 365 - middle)
    )
    assert abs(Fraction(found) - exact) < Fraction(1, 10**40)


@pytest.mark.parametrize(("direction", "ratio"), [(Direction.INCREASING, None), (Direction.DECREASING, 0)])
def test_what_is_expected_never_raises_on_a_target_of_zero(direction: Direction, ratio: int | None) -> None:
    goal = indicator(direction=direction, target=at_most(0), baseline=milestone("2013-12-31", 10))
    assert _expected(goal, at="2014-04-01").ratio == ratio
