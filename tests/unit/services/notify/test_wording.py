"""How figures, dates and periods read."""

from datetime import date
from decimal import Decimal

import pytest

from services.notify.model import Target, Words
from services.notify.wording import Wording
from shared.events.vocabulary import Basis, Comparison, Direction, Language, Measure
from tests.unit.services.notify.factories import at

VI, EN = Wording(Language.VI), Wording(Language.EN)
PERCENT, SERVICES = Words(vi="%", en="%"), Words(vi="dịch vụ", en="services")


def test_a_share_reads_with_a_decimal_comma_in_vietnamese() -> None:
    assert VI.figure(Decimal("91.24"), Measure.SHARE, PERCENT) == "91,2 %"
    assert EN.figure(Decimal("91.24"), Measure.SHARE, PERCENT) == "91.2 %"


def test_thousands_are_set_apart() -> None:
    assert VI.figure(Decimal(12345), Measure.COUNT, SERVICES) == "12.345 dịch vụ"
    assert EN.number(12345) == "12,345"


def test_rounding_never_makes_an_unmet_target_look_met() -> None:
    assert VI.figure(Decimal("89.96"), Measure.SHARE, PERCENT, beside=Decimal(90)) == "89,96 %"
    assert VI.figure(Decimal("89.99999999"), Measure.SHARE, PERCENT, beside=Decimal(90)) == "90,000000 %"
    assert VI.figure(Decimal(90), Measure.SHARE, PERCENT, beside=Decimal(90)) == "90 %"


def test_what_is_not_known_is_a_dash() -> None:
    assert VI.number(None) == VI.figure(None, Measure.COUNT, SERVICES) == "–"


def test_yes_and_no_read_as_words() -> None:
    assert [VI.figure(Decimal(each), Measure.YES_NO, PERCENT) for each in (0, 1)] == ["không", "có"]
    assert EN.needed(Decimal(1), Measure.YES_NO, PERCENT, Direction.INCREASING) == "yes"


def test_as_soon_as_anything_is_expected_of_a_yes_no_it_is_yes() -> None:
    assert VI.expected(Decimal("0.25"), Measure.YES_NO, PERCENT) == "có"
    assert VI.expected(Decimal(0), Measure.YES_NO, PERCENT) == "không"
    assert VI.expected(None, Measure.YES_NO, PERCENT) == "–"
    assert VI.expected(Decimal("22.5"), Measure.SHARE, PERCENT) == "22,5 %"


def test_what_is_needed_is_rounded_to_the_safe_side() -> None:
    assert VI.needed(Decimal("21.3750001"), Measure.SHARE, PERCENT, Direction.INCREASING) == "≥ 21,4 %"
    assert VI.needed(Decimal("2.1"), Measure.COUNT, SERVICES, Direction.INCREASING) == "≥ 3 dịch vụ"
    assert VI.needed(Decimal("5.26"), Measure.NUMBER, SERVICES, Direction.DECREASING) == "≤ 5,2 dịch vụ"
    assert VI.needed(Decimal(20), Measure.SHARE, PERCENT, Direction.INCREASING) == "≥ 20 %"


def test_the_provinces_yes_is_the_share_of_agencies_that_say_yes() -> None:
    assert VI.share(Decimal("82.5"), Measure.YES_NO, PERCENT) == "82,5 %"
    assert VI.share(Decimal(7), Measure.COUNT, SERVICES) == "7 dịch vụ"


def test_a_target_shows_its_sign_and_whose_it_is() -> None:
    above = Target(comparison=Comparison.ABOVE, value=Decimal(90))
    assert VI.target(above, Measure.SHARE, PERCENT) == "> 90 %"
    assert VI.target(None, Measure.COUNT, SERVICES) == "không định lượng"
    yes = Target(comparison=Comparison.AT_LEAST, value=Decimal(1))
    assert VI.target(yes, Measure.YES_NO, PERCENT) == "có"
    assert VI.target(yes, Measure.YES_NO, PERCENT, of_province=True) == "100 %"
    assert [VI.basis(each) for each in Basis] == ["quyết định nêu", "giả định"]
    assert [EN.basis(each) for each in Basis] == ["stated in the decision", "assumed"]


def test_dates_read_as_each_language_writes_them() -> None:
    assert VI.day(date(2014, 4, 7)) == "07/04/2014"
    assert EN.day(date(2014, 4, 7)) == "7 April 2014"
    assert VI.last_day(date(2014, 4, 1)) == "31/03/2014"
    assert VI.moment(at("2014-04-07 09:05")) == "09:05 07/04/2014"
    assert EN.moment(at("2014-04-07 09:05")) == "09:05, 7 April 2014"


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [
        ("2014-03", "03/2014", "03/2014"),
        ("2014-Q4", "quý IV/2014", "Q4 2014"),
        ("2014-H1", "6 tháng đầu năm 2014", "first half of 2014"),
        ("2014-H2", "6 tháng cuối năm 2014", "second half of 2014"),
        ("2014-9M", "9 tháng đầu năm 2014", "first nine months of 2014"),
        ("2014", "năm 2014", "2014"),
        ("whatever", "whatever", "whatever"),
    ],
)
def test_periods_read_as_people_say_them(period: str, vi: str, en: str) -> None:
    assert (VI.period(period), EN.period(period)) == (vi, en)
