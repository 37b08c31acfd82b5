"""A value beside its target."""

from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.methods.case import Case
from services.scoring.judging.methods.to_target import to_target
from shared.events.vocabulary import Direction, Reason
from tests.unit.services.scoring.examples import at_least, at_most

NEW_YEAR = date(2015, 1, 1)


def _rising(value: str, *, of: str) -> Case:
    return Case(Direction.INCREASING, at_least(of), Decimal(value), at=NEW_YEAR, due=NEW_YEAR)


def _falling(value: str, *, of: str) -> Case:
    return Case(Direction.DECREASING, at_most(of), Decimal(value), at=NEW_YEAR, due=NEW_YEAR)


@pytest.mark.parametrize(
    ("actual", "planned", "percent"),
    [
        ("220", "250", "88"),
        ("240", "250", "96"),
        ("200", "250", "80"),
        ("230", "250", "92"),
        ("480", "500", "96"),
        ("968", "1000", "96.8"),
        ("700", "1000", "70"),
        ("950", "800", "118.75"),  # TolaData: over the target, non-summing
        ("1300", "800", "162.5"),  # TolaData: over the target, cumulative
    ],
)
def test_attainment_is_actual_over_planned_as_the_published_examples_have_it(
    actual: str, planned: str, percent: str
) -> None:
    assert to_target(_rising(actual, of=planned)).attainment == Decimal(percent) / 100


@pytest.mark.parametrize(("actual", "planned", "percent"), [("1300", "800", "61.54"), ("950", "800", "84.21")])
def test_where_less_is_better_the_same_examples_are_reversed(actual: str, planned: str, percent: str) -> None:
    attainment = to_target(_falling(actual, of=planned)).attainment
    assert attainment is not None
    assert round(attainment * 100, 2) == Decimal(percent)


def test_a_quotient_that_does_not_end_keeps_far_more_digits_than_a_reader_needs() -> None:
    attainment = to_target(_rising("710", of="750")).attainment
    assert attainment is not None
    assert abs(attainment - Decimal(710) / Decimal(750)) < Decimal("1e-27")


def test_where_less_is_better_half_the_target_is_reached_at_twice_its_value() -> None:
    assert to_target(_falling("20", of="10")).attainment == Decimal("0.5")


def test_where_less_is_better_nothing_left_is_wholly_attained() -> None:
    assert to_target(_falling("0", of="10")).attainment == 1


@pytest.mark.parametrize(("value", "attainment"), [("3", 0), ("0.5", 0), ("0", 1), ("-1", 1)])
def test_of_a_decreasing_target_of_zero_only_what_meets_it_is_attained(value: str, attainment: int) -> None:
    found = to_target(_falling(value, of="0"))
    assert found.attainment == attainment
    assert found.reason is None


@pytest.mark.parametrize("case", [_rising("3", of="0"), _rising("-10", of="-5"), _falling("-1", of="-5")])
def test_no_ratio_to_an_increasing_target_of_zero_or_to_one_below_it_exists(case: Case) -> None:
    assert to_target(case) == (None, Reason.TARGET_ZERO, None)


def test_without_a_target_there_is_nothing_to_reach() -> None:
    assert to_target(_rising("3", of="5")._replace(target=None)).reason is Reason.NO_TARGET
