"""Which figures are taken, and what is said of the others."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.figures import UnfitFigure, figure_of


@pytest.mark.parametrize(
    "written",
    [
        "0",
        "412",
        "-3.5",
        "0.0070454100450257",
        "0.10",
        "1" * 28,
        "0." + "0" * 27 + "1",
        "1234567890.123456789012345678",
        Decimal("1E+5"),
        Decimal("1E-28"),
        Decimal("0E+3"),
    ],
)
def test_a_figure_is_taken_to_its_last_digit(written: str | Decimal) -> None:
    assert figure_of(written) == Decimal(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("12,5", "decimal-comma"),
        ("1,234.5", "decimal-comma"),
        ("85%", "bad-number"),
        (" 12 ", "bad-number"),
        ("12\n", "bad-number"),
        ("1_000", "bad-number"),
        ("1 000", "bad-number"),
        ("1.234.567", "bad-number"),
        ("", "bad-number"),
        ("1e5", "bad-number"),
        ("0x1", "bad-number"),
        ("+1", "bad-number"),
        ("01", "bad-number"),
        (".5", "bad-number"),
        ("5.", "bad-number"),
        ("NaN", "bad-number"),
        ("-0", "bad-number"),
        ("-0.00", "bad-number"),
        (Decimal("-0.0"), "bad-number"),
        ("1" * 29, "too-many-digits"),
        ("0." + "0" * 28 + "1", "too-many-digits"),
        ("1." + "1" * 28, "too-many-digits"),
        ("9" * 5000, "too-many-digits"),
        (Decimal("1E+29"), "too-many-digits"),
        (Decimal("1E-29"), "too-many-digits"),
        (Decimal("1E+1000000"), "too-many-digits"),
        (Decimal("Infinity"), "too-many-digits"),
    ],
)
def test_what_is_no_figure_is_told_why(written: str | Decimal, code: str) -> None:
    with pytest.raises(UnfitFigure) as found:
        figure_of(written)
    assert found.value.code == code


def test_zero_with_a_sign_is_named_as_such() -> None:
    with pytest.raises(UnfitFigure, match=r"write 0\.") as found:
        figure_of("-0.00")
    assert "hãy ghi 0" in found.value.vi


def test_a_digit_of_another_script_is_named() -> None:
    with pytest.raises(UnfitFigure, match="U\\+FF11 FULLWIDTH DIGIT ONE at position 1") as found:
        figure_of("\uff11\uff12")
    assert "U+FF11 FULLWIDTH DIGIT ONE ở vị trí 1" in found.value.vi


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_json_number_is_taken_exactly_or_not_at_all(number: Decimal) -> None:
    with suppress(UnfitFigure):
        assert figure_of(number) == number
