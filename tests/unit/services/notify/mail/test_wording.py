"""How figures, dates and periods read."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.notify.mail.wording import Wording
from services.notify.notices.contents import Line
from services.notify.progress.model import Target, Words
from shared.events.vocabulary import Basis, Comparison, Direction, Language, Measure, Standing
from tests.unit.services.notify.factories import at

VI, EN = Wording(Language.VI), Wording(Language.EN)
PERCENT, SERVICES = Words(vi="%", en="%"), Words(vi="dịch vụ", en="services")
LINE = Line(
    name=SERVICES,
    unit=SERVICES,
    measure=Measure.COUNT,
    direction=Direction.INCREASING,
    target=None,
    basis=Basis.STATED,
    standing=Standing.LAGGING,
    is_new=True,
    value=None,
    numerator=None,
    denominator=None,
    expected_value=None,
    needed_value=None,
    needed_numerator=None,
    note=None,
)


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
    assert EN.needed(replace(LINE, measure=Measure.YES_NO, needed_value=Decimal(1))) == "yes"


def test_as_soon_as_anything_is_expected_of_a_yes_no_it_is_yes() -> None:
    assert VI.expected(Decimal("0.25"), Measure.YES_NO, PERCENT) == "có"
    assert VI.expected(Decimal(0), Measure.YES_NO, PERCENT) == "không"
    assert VI.expected(None, Measure.YES_NO, PERCENT) == "–"
    assert VI.expected(Decimal("22.5"), Measure.SHARE, PERCENT) == "22,5 %"


@pytest.mark.parametrize(
    ("measure", "value", "expected", "said"),
    [
        (Measure.SHARE, "36.65", "52.28", "còn thiếu 15,6 điểm phần trăm"),  # as 52,3 − 36,7 comes out
        (Measure.SHARE, "89.96", "90", "còn thiếu 0,04 điểm phần trăm"),  # of a value shown with the decimals it needs
        (Measure.SHARE, "23.3", "33.333", "còn thiếu 10 điểm phần trăm"),
        (Measure.COUNT, "1", "2.4", "còn thiếu 1,4 dịch vụ"),
        (Measure.COUNT, "3", "2.4", ""),
        (Measure.YES_NO, "0", "0.25", "chưa thực hiện"),
        (Measure.YES_NO, "0", "0", ""),
        (Measure.YES_NO, "1", "0.25", ""),
    ],
)
def test_a_shortfall_is_what_a_reader_subtracts(measure: Measure, value: str, expected: str, said: str) -> None:
    target = Target(Comparison.AT_LEAST, Decimal(90))
    line = replace(LINE, measure=measure, target=target, value=Decimal(value), expected_value=Decimal(expected))
    assert VI.shortfall(line) == said


def test_too_many_of_what_is_to_become_fewer_is_a_shortfall_too() -> None:
    line = replace(LINE, direction=Direction.DECREASING, value=Decimal(3), expected_value=Decimal(1))
    assert EN.shortfall(line) == "above by 2 services"
    assert EN.shortfall(replace(line, value=Decimal(0))) == ""


def test_where_nothing_is_reported_or_expected_nothing_falls_short() -> None:
    assert VI.shortfall(LINE) == VI.shortfall(replace(LINE, value=Decimal(1))) == ""


def test_what_is_needed_is_rounded_to_the_safe_side() -> None:
    assert needed("21.3750001", Measure.SHARE) == "≥ 21,4 %"
    assert needed("2.1", Measure.COUNT) == "≥ 3 dịch vụ"
    assert needed("5.26", Measure.NUMBER, Direction.DECREASING) == "≤ 5,2 dịch vụ"
    assert needed("20", Measure.SHARE) == "≥ 20 %"


def test_what_is_needed_of_things_counted_is_so_many_and_what_that_is_in_percent() -> None:
    of_nine = replace(LINE, measure=Measure.SHARE, denominator=Decimal(9))
    few = replace(of_nine, needed_value=Decimal("15.4"), needed_numerator=Decimal(2))
    assert VI.needed(few) == "≥ 2/9 (22,2 %)"
    assert EN.needed(few) == "≥ 2/9 (22.2 %)"
    assert VI.needed(replace(few, denominator=Decimal(0))) == "≥ 15,4 %"
    assert VI.needed(LINE) == "–"


def needed(value: str, measure: Measure, direction: Direction = Direction.INCREASING) -> str:
    return VI.needed(replace(LINE, measure=measure, direction=direction, needed_value=Decimal(value)))


def test_a_change_names_its_unit_once() -> None:
    assert VI.change(Decimal(3528), Decimal(3555), Measure.COUNT, SERVICES, beside=None) == "3.528 → 3.555 dịch vụ"
    assert EN.change(Decimal("89.96"), Decimal(90), Measure.SHARE, PERCENT, beside=Decimal(90)) == "89.96 → 90 %"


def test_a_gap_is_told_in_the_indicators_unit() -> None:
    assert VI.gap(Decimal("0.1"), replace(LINE, measure=Measure.PERCENT)) == "0,1 điểm phần trăm"
    assert VI.gap(Decimal(2), replace(LINE, measure=Measure.COUNT)) == "2 dịch vụ"


def test_one_of_a_thing_is_told_in_the_singular() -> None:
    units = ("activities", "services", "access", "staff")
    told = [EN.figure(Decimal(1), Measure.COUNT, Words(vi="", en=unit)) for unit in units]
    assert told == ["1 activity", "1 service", "1 access", "1 staff"]


def test_things_are_counted_in_words_that_fit() -> None:
    assert [EN.counted(each, "agency", "agencies") for each in (0, 1, 1200)] == [
        "0 agencies",
        "1 agency",
        "1,200 agencies",
    ]
    assert VI.percent(Decimal("0.95")) == "95 %"


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
    assert VI.moment(at("2014-04-07 09:05")) == "09:05 ngày 07/04/2014"
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
