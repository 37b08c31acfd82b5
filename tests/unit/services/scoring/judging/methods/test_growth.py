"""How fast a value moves in a year, and what statistical offices call that."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.methods.growth import group_score, group_status, years_between
from shared.events.vocabulary import ProgressStatus


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2016-01-01", "2024-01-01", "8"),  # leap years or not
        ("2014-01-01", "2014-04-01", "0.25"),
        ("2019-12-15", "2020-12-15", "1"),  # a year of decree 09/2019
        ("2015-01-01", "2015-01-01", "0"),
        ("2016-01-01", "2015-01-01", "-1"),
        ("2015-01-01", "2016-03-15", "1.205022831050228"),  # fourteen months and fourteen days
    ],
)
def test_years_are_whole_months_as_twelfths_and_days_as_365ths(first: str, last: str, years: str) -> None:
    between = years_between(date.fromisoformat(first), date.fromisoformat(last))
    assert abs(between - Decimal(years)) < Decimal("1e-15")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_day_later_is_always_more_years(first: date, last: date) -> None:
    assert years_between(first, last) < years_between(first, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("score", "status"),
    [
        ("5", "substantial_progress"),
        ("2.5", "substantial_progress"),
        ("2.4999", "moderate_progress"),
        ("0", "moderate_progress"),
        ("-0.0001", "limited_progress"),
        ("-2.5", "limited_progress"),
        ("-2.5001", "deterioration"),
    ],
)
def test_a_group_is_called_by_its_score(score: str, status: str) -> None:
    assert group_status(Decimal(score), is_all_achieved=False) == status


def test_a_group_has_achieved_when_all_its_series_have() -> None:
    assert group_status(Decimal(5), is_all_achieved=True) is ProgressStatus.TARGET_ACHIEVED


def test_series_without_a_score_do_not_count_in_their_groups_mean() -> None:
    assert group_score([Decimal(1), None, Decimal(4)]) == Decimal("2.5")
    assert group_score([None]) is None
    assert group_status(group_score([]), is_all_achieved=False) is ProgressStatus.NOT_AVAILABLE
