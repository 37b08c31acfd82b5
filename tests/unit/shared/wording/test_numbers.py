"""How numbers read."""

from decimal import Decimal

from shared.events.vocabulary import Language
from shared.wording.numbers import counted, number, percent

VI, EN = Language.VI, Language.EN


def test_decimals_and_thousands_are_separated_as_each_language_does() -> None:
    assert [number(Decimal("12345.62"), language=each) for each in (VI, EN)] == ["12.345,6", "12,345.6"]


def test_a_number_has_the_decimals_that_distinguish_it_from_another() -> None:
    assert number(Decimal("89.96"), language=VI, beside=Decimal(90)) == "89,96"
    assert number(Decimal("89.99999999"), language=VI, beside=Decimal(90)) == "90,000000"
    assert number(Decimal(90), language=VI, beside=Decimal(90)) == "90"


def test_what_is_not_known_is_a_dash() -> None:
    assert number(None, language=VI) == "–"


def test_a_ratio_is_shown_in_percent() -> None:
    assert percent(Decimal("0.95"), language=VI) == "95 %"


def test_things_are_counted_in_words_that_fit() -> None:
    told = [counted(each, "agency", "agencies", language=EN) for each in (0, 1, 1200)]
    assert told == ["0 agencies", "1 agency", "1,200 agencies"]
