"""How much of a target a value reaches, by whichever method the plan names."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.attainment import METHODS, attained, due, found, goal
from services.scoring.judging.methods.case import Case
from shared.events.vocabulary import Comparison, Direction, Method, Reason
from tests.unit.services.scoring.examples import above, at_least, at_most, indicator, milestone, target

NEW_YEAR = date(2015, 1, 1)


def test_every_method_that_a_plan_can_name_is_there() -> None:
    assert set(METHODS) == set(Method)


def test_a_value_that_meets_its_target_attains_it_though_no_ratio_exists() -> None:
    begun = Case(Direction.INCREASING, at_least(0), Decimal(0), at=NEW_YEAR, due=NEW_YEAR)
    assert found(Method.TO_TARGET, begun).attainment == 1
    assert found(Method.TO_TARGET, begun._replace(value=Decimal(-3))).reason is Reason.TARGET_ZERO


def test_attainment_from_a_baseline_begins_at_the_plans_baseline() -> None:
    rising = indicator(method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", 20))
    assert attained(rising, at_least(60), Decimal(30), at=NEW_YEAR) == Decimal("0.25")


def test_an_indicator_without_target_has_no_goal_and_a_yes_no_has_yes() -> None:
    assert goal(indicator(target=None)) is None
    assert goal(indicator(method=Method.NO_TARGET)) is None
    assert goal(indicator(method=Method.YES_NO, target=None)) == at_least(1)


def test_a_target_is_due_at_the_end_of_its_own_day_or_with_the_plan() -> None:
    by_june = replace(at_least(1), on=date(2014, 6, 30))
    assert goal(indicator(method=Method.YES_NO, target=by_june)) == by_june
    assert due(by_june, plan_ends_on=NEW_YEAR) == date(2014, 7, 1)
    assert due(at_least(1), plan_ends_on=NEW_YEAR) == due(None, plan_ends_on=NEW_YEAR) == NEW_YEAR


def test_a_yes_is_due_by_its_first_milestone_of_one_else_by_its_target_else_by_the_plans_end() -> None:
    asked = indicator(method=Method.YES_NO, target=None, milestones=(milestone("2014-03-31", "0.5"),))
    assert due(goal(asked), plan_ends_on=NEW_YEAR) == NEW_YEAR
    by_june = replace(asked, target=replace(at_least(1), on=date(2014, 6, 30)))
    assert due(goal(by_june), plan_ends_on=NEW_YEAR) == date(2014, 7, 1)
    by_may = replace(by_june, milestones=(milestone("2014-05-31", 1), milestone("2014-06-29", 1)))
    assert due(goal(by_may), plan_ends_on=NEW_YEAR) == date(2014, 6, 1)


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "over"),
    [
        (Comparison.ABOVE, False, False, True),
        (Comparison.AT_LEAST, False, True, True),
        (Comparison.AT_MOST, True, True, False),
        (Comparison.BELOW, True, False, False),
    ],
)
def test_a_comparison_says_whether_the_target_itself_is_enough(
    comparison: Comparison, *, below: bool, equal: bool, over: bool
) -> None:
    ninety = target(comparison, 90)
    assert [ninety.is_met_by(Decimal(figure)) for figure in ("89.9", "90.0", "90.1")] == [below, equal, over]


def test_targets_read_as_the_plan_writes_them() -> None:
    assert above(90).comparison is Comparison.ABOVE
    assert at_most(0).value == 0
