"""Figures stay exact until they are shown."""

from decimal import Decimal

from services.scoring.judging import figures
from tests.unit.services.scoring.examples import share, value, yes


def test_a_share_is_reported_in_percent() -> None:
    assert figures.value_of(share(912, 1000)) == Decimal("91.2")


def test_a_share_of_nothing_has_no_value() -> None:
    assert figures.value_of(share(0, 0)) is None


def test_a_yes_counts_one_and_a_no_nothing() -> None:
    assert figures.value_of(yes(answer=True)) == 1
    assert figures.value_of(yes(answer=False)) == 0


def test_a_count_is_its_own_value() -> None:
    assert figures.value_of(value("3.50")) == Decimal("3.5")


def test_a_quotient_that_lands_on_a_threshold_lands_on_it_exactly() -> None:
    attained = figures.quotient(Decimal(1710), Decimal(7300))
    expected = figures.quotient(Decimal(90), Decimal(365))
    assert figures.kept(figures.quotient(attained, expected)) == Decimal("0.95")


def test_the_lag_is_in_percentage_points_and_never_below_zero() -> None:
    assert figures.shortfall(Decimal("0.5"), Decimal("0.75")) == 25
    assert figures.shortfall(Decimal("0.75"), Decimal("0.5")) == 0


def test_figures_far_beyond_any_real_one_do_not_raise() -> None:
    huge = Decimal("1e999999")
    assert figures.quotient(huge, Decimal("1e-999999")) > huge
    assert figures.kept(None) is None
