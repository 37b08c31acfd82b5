"""How figures of an indicator read."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.events.plans import TargetData
from shared.events.vocabulary import Comparison, Direction, Language, LocalizedText, Measure
from shared.wording.figures import Figures

EN = Language.EN
PERCENT, SERVICES = LocalizedText(vi="%", en="%"), LocalizedText(vi="dịch vụ", en="services")


ABOVE_90 = TargetData(comparison=Comparison.ABOVE, value=Decimal(90))
SHARE = Figures(Measure.SHARE, PERCENT, ABOVE_90)
COUNT = Figures(Measure.COUNT, SERVICES)
YES_NO = Figures(Measure.YES_NO, PERCENT, TargetData(comparison=Comparison.AT_LEAST, value=Decimal(1)))
FEWER = replace(COUNT, direction=Direction.DECREASING)


def in_english(figures: Figures) -> Figures:
    return replace(figures, language=EN)


def test_a_value_has_its_unit() -> None:
    assert SHARE.value(Decimal("91.24")) == "91,2 %"
    assert in_english(SHARE).value(Decimal("91.24")) == "91.2 %"
    assert COUNT.value(Decimal(12345)) == "12.345 dịch vụ"
    assert COUNT.value(None) == "–"


def test_rounding_never_makes_an_unmet_target_look_met() -> None:
    assert SHARE.value(Decimal("89.96")) == "89,96 %"
    assert SHARE.value(Decimal(90)) == "90 %"


def test_one_of_a_thing_is_told_in_the_singular() -> None:
    units = [LocalizedText(vi="", en=unit) for unit in ("activities", "services", "access", "staff")]
    told = [Figures(Measure.COUNT, unit, language=EN).value(Decimal(1)) for unit in units]
    assert told == ["1 activity", "1 service", "1 access", "1 staff"]


def test_yes_and_no_read_as_words() -> None:
    assert [YES_NO.value(Decimal(each)) for each in (0, 1)] == ["không", "có"]


def test_as_soon_as_anything_is_expected_of_a_yes_no_it_is_yes() -> None:
    assert [YES_NO.expected(each) for each in (Decimal("0.25"), Decimal(0), None)] == ["có", "không", "–"]
    assert SHARE.expected(Decimal("22.5")) == "22,5 %"


def test_over_many_agencies_a_yes_is_the_percentage_that_says_yes() -> None:
    assert YES_NO.pooled(Decimal("82.5")) == "82,5 %"
    assert COUNT.pooled(Decimal(7)) == "7 dịch vụ"
    assert COUNT.pooled(None) == "–"


def test_a_change_names_its_unit_once() -> None:
    assert COUNT.pooled_change(Decimal(3528), Decimal(3555)) == "3.528 → 3.555 dịch vụ"
    assert in_english(SHARE).pooled_change(Decimal("89.96"), Decimal(90)) == "89.96 → 90 %"


def test_a_target_shows_its_sign() -> None:
    assert SHARE.goal() == SHARE.pooled_goal() == "> 90 %"
    assert COUNT.goal() == COUNT.pooled_goal() == "không định lượng"
    assert (YES_NO.goal(), YES_NO.pooled_goal()) == ("có", "100 %")


@pytest.mark.parametrize(
    ("figures", "value", "told"),
    [
        (SHARE, "21.3750001", "≥ 21,4 %"),
        (COUNT, "2.1", "≥ 3 dịch vụ"),
        (replace(FEWER, measure=Measure.NUMBER), "5.26", "≤ 5,2 dịch vụ"),
        (SHARE, "20", "≥ 20 %"),
        (YES_NO, "1", "có"),
    ],
)
def test_what_is_needed_is_rounded_to_the_safe_side(figures: Figures, value: str, told: str) -> None:
    assert figures.needed(Decimal(value)) == told
    assert figures.needed(None) == "–"


@pytest.mark.parametrize(
    ("denominator", "figures", "told"),
    [(9, SHARE, "≥ 2/9 (22,2 %)"), (9, in_english(SHARE), "≥ 2/9 (22.2 %)"), (0, SHARE, "≥ 15,4 %")],
)
def test_what_is_needed_of_things_counted_is_a_count_and_its_share(
    denominator: int, figures: Figures, told: str
) -> None:
    assert figures.needed(Decimal("15.4"), numerator=Decimal(2), denominator=Decimal(denominator)) == told


@pytest.mark.parametrize(
    ("figures", "value", "expected", "told"),
    [
        (SHARE, "36.65", "52.28", "còn thiếu 15,6 điểm phần trăm"),  # as 52,3 − 36,7 comes out
        (SHARE, "89.96", "90", "còn thiếu 0,04 điểm phần trăm"),  # of a value shown with the decimals it needs
        (SHARE, "23.3", "33.333", "còn thiếu 10 điểm phần trăm"),
        (COUNT, "1", "2.4", "còn thiếu 1,4 dịch vụ"),
        (COUNT, "3", "2.4", ""),
        (in_english(FEWER), "3", "1", "above by 2 services"),
        (FEWER, "0", "1", ""),
        (YES_NO, "0", "0.25", "chưa thực hiện"),
        (YES_NO, "0", "0", ""),
        (YES_NO, "1", "0.25", ""),
    ],
)
def test_a_shortfall_is_what_a_reader_subtracts(figures: Figures, value: str, expected: str, told: str) -> None:
    assert figures.shortfall(Decimal(value), Decimal(expected)) == told


def test_where_nothing_is_reported_or_expected_nothing_falls_short() -> None:
    assert COUNT.shortfall(None, Decimal(1)) == COUNT.shortfall(Decimal(1), None) == ""


def test_a_gap_is_told_in_the_indicators_unit() -> None:
    assert SHARE.gap(Decimal("0.1")) == "0,1 điểm phần trăm"
    assert COUNT.gap(Decimal(2)) == "2 dịch vụ"
