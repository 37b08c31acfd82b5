"""Numbers as they are read: exact where short, rounded where long, never onto or across what stands beside them."""

from decimal import Decimal

import pytest

from shared.wording.rounding import exact, number


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        ("90.0", "90"),
        ("100", "100"),
        ("0.0001", "0.0001"),
        ("33.33333333333333333333333333", "33.33"),
        ("-2.50", "-2.5"),
        ("-0", "0"),
        ("1234567", "1234567"),
        ("0.0012345", "0.0012"),
        ("-0.00099999", "-0.001"),
        ("0.12345", "0.12"),
        ("1e999999", "1.000e+999999"),
        ("1234567890123456789012345678.5", "1.235e+27"),
        ("-12.3456789", "-12.35"),
        ("0.05000000", "0.05"),
    ],
)
def test_figures_are_exact_where_short_and_rounded_where_long(figure: str, shown: str) -> None:
    assert number(Decimal(figure)) == shown


@pytest.mark.parametrize(
    ("figure", "shown"),
    [("89.99999", "89.99999"), ("90.000012", "90.00001"), ("89.12345", "89.12"), ("90.0", "90")],
)
def test_rounding_never_moves_a_figure_onto_or_across_its_target(figure: str, shown: str) -> None:
    assert number(Decimal(figure), beside=Decimal(90)) == shown


def test_a_figure_closer_to_its_target_than_any_digits_tell_is_shown_as_near_as_they_go() -> None:
    assert number(Decimal("89." + "9" * 40), beside=Decimal(90)) == "90"


def test_nothing_has_no_sign() -> None:
    assert [exact(Decimal(figure)) for figure in ("-0.00", "-0", "0.000", "0E+5")] == ["0"] * 4
    assert [number(Decimal(figure)) for figure in ("-0.00", "-0")] == ["0", "0"]
