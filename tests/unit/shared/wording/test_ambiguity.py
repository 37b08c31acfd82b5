"""Which figures, sent as text, can be read in two ways."""

import pytest

from shared.events.vocabulary import LocalizedText, Measure
from shared.wording.ambiguity import readings_of


@pytest.mark.parametrize(
    ("text", "is_whole", "grouped", "decimal"),
    [
        ("1.062", True, "1062", "1.062"),
        ("-1.062", False, "-1062", "-1.062"),
        ("2.510", False, "2510", "2.510"),
        ("999.999", False, "999999", "999.999"),
        ("1.234.567", False, "1234567", "1.234567"),
        ("1.234.567", True, "1234567", "1.234567"),
        ("1,062", True, "1062", "1.062"),
        ("12,5", True, "125", "12.5"),
        ("1,234,567", True, "1234567", "1.234567"),
    ],
)
def test_a_figure_of_two_readings_is_told_both(text: str, is_whole: bool, grouped: str, decimal: str) -> None:  # noqa: FBT001  a column of the table
    found = readings_of(text, measure=Measure.SHARE, is_whole=is_whole)
    assert found is not None
    assert (found.grouped, found.decimal, found.separator) == (grouped, decimal, "," if "," in text else ".")


@pytest.mark.parametrize(
    "text", ["0.995", "99.95", "1.0620", "412", "1062", "1000.123", "12.5", "", "1.2345", "-0.995", "x.y.z", "1.234,5"]
)
def test_a_figure_of_one_reading_is_not_ambiguous(text: str) -> None:
    assert readings_of(text, measure=Measure.SHARE, is_whole=True) is None
    assert readings_of(text, measure=Measure.NUMBER, is_whole=False) is None


def test_a_comma_is_a_decimal_one_where_nothing_is_counted() -> None:
    assert readings_of("1,062", measure=Measure.NUMBER, is_whole=False) is None


@pytest.mark.parametrize("text", ["99.950", "1.062", "1.234.567"])
def test_a_percentage_cannot_be_thousands(text: str) -> None:
    assert readings_of(text, measure=Measure.PERCENT, is_whole=False) is None


def test_digits_without_end_are_not_looked_at() -> None:
    assert readings_of("1." * 30_000 + "1", measure=Measure.NUMBER, is_whole=False) is None


@pytest.mark.parametrize(("text", "accepted"), [("1.062", "1.0620"), ("1.234.567", "1.234567")])
def test_the_decimal_reading_is_accepted_with_a_zero_at_its_end(text: str, accepted: str) -> None:
    found = readings_of(text, measure=Measure.NUMBER, is_whole=False)
    assert found is not None
    assert found.decimal_accepted == accepted
    assert readings_of(accepted, measure=Measure.NUMBER, is_whole=False) is None


def test_both_readings_are_told_with_how_each_is_written() -> None:
    found = readings_of("1.062", measure=Measure.NUMBER, is_whole=False)
    assert found is not None
    assert found.told("1.062", is_whole=False) == LocalizedText(
        vi=(
            "“1.062” có thể hiểu theo hai cách: 1062 (dấu chấm tách hàng nghìn) hoặc 1.062 (dấu chấm thập phân);"
            " hãy ghi 1062 hoặc 1.0620."
        ),
        en="“1.062” has two readings: 1062 (point between thousands) or 1.062 (decimal point); write 1062 or 1.0620.",
    )
    assert found.told("1.062", is_whole=True).en.endswith("write a whole number, such as 1062.")
