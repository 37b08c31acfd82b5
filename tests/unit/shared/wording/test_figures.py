"""How figures of an indicator read."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import pytest

from shared.events.vocabulary import Basis, Comparison, Direction, Language, LocalizedText, Measure
from shared.wording import figures

VI, EN = Language.VI, Language.EN
PERCENT, SERVICES = LocalizedText(vi="%", en="%"), LocalizedText(vi="dịch vụ", en="services")
UP, DOWN = Direction.INCREASING, Direction.DECREASING


@dataclass(frozen=True)
class Target:
    """A target of a plan."""

    comparison: Comparison
    value: Decimal


ABOVE_90 = Target(Comparison.ABOVE, Decimal(90))
shares = partial(figures.figure, measure=Measure.SHARE, unit=PERCENT)
counts = partial(figures.figure, measure=Measure.COUNT, unit=SERVICES)
shortfall_of_services = partial(figures.shortfall, measure=Measure.COUNT, unit=SERVICES)


def test_a_figure_has_its_unit() -> None:
    assert shares(Decimal("91.24"), language=VI) == "91,2 %"
    assert shares(Decimal("91.24"), language=EN) == "91.2 %"
    assert counts(Decimal(12345), language=VI) == "12.345 dịch vụ"
    assert counts(None, language=VI) == "–"


def test_rounding_never_makes_an_unmet_target_look_met() -> None:
    assert shares(Decimal("89.96"), language=VI, target=ABOVE_90) == "89,96 %"
    assert shares(Decimal(90), language=VI, target=ABOVE_90) == "90 %"


def test_one_of_a_thing_is_told_in_the_singular() -> None:
    units = [LocalizedText(vi="", en=unit) for unit in ("activities", "services", "access", "staff")]
    told = [figures.figure(Decimal(1), Measure.COUNT, unit, language=EN) for unit in units]
    assert told == ["1 activity", "1 service", "1 access", "1 staff"]


def test_yes_and_no_read_as_words() -> None:
    told = [figures.figure(Decimal(each), Measure.YES_NO, PERCENT, language=VI) for each in (0, 1)]
    assert told == ["không", "có"]


def test_as_soon_as_anything_is_expected_of_a_yes_no_it_is_yes() -> None:
    values = (Decimal("0.25"), Decimal(0), None)
    told = [figures.expected(each, Measure.YES_NO, PERCENT, language=VI) for each in values]
    assert told == ["có", "không", "–"]
    assert figures.expected(Decimal("22.5"), Measure.SHARE, PERCENT, language=VI) == "22,5 %"


def test_over_many_agencies_a_yes_is_the_percentage_that_says_yes() -> None:
    assert figures.pooled(Decimal("82.5"), Measure.YES_NO, PERCENT, language=VI) == "82,5 %"
    assert figures.pooled(Decimal(7), Measure.COUNT, SERVICES, language=VI) == "7 dịch vụ"


def test_a_change_names_its_unit_once() -> None:
    services = figures.pooled_change(Decimal(3528), Decimal(3555), Measure.COUNT, SERVICES, language=VI)
    assert services == "3.528 → 3.555 dịch vụ"
    share = figures.pooled_change(Decimal("89.96"), Decimal(90), Measure.SHARE, PERCENT, language=EN, target=ABOVE_90)
    assert share == "89.96 → 90 %"


def test_a_target_shows_its_sign_and_whose_it_is() -> None:
    assert figures.target(ABOVE_90, Measure.SHARE, PERCENT, language=VI) == "> 90 %"
    assert figures.target(None, Measure.COUNT, SERVICES, language=VI) == "không định lượng"
    yes = Target(Comparison.AT_LEAST, Decimal(1))
    assert figures.target(yes, Measure.YES_NO, PERCENT, language=VI) == "có"
    assert figures.target(yes, Measure.YES_NO, PERCENT, language=VI, is_pooled=True) == "100 %"
    assert [figures.basis(each, language=VI) for each in Basis] == ["quyết định nêu", "giả định"]
    assert [figures.basis(each, language=EN) for each in Basis] == ["stated in the decision", "assumed"]


@pytest.mark.parametrize(
    ("value", "measure", "direction", "told"),
    [
        ("21.3750001", Measure.SHARE, UP, "≥ 21,4 %"),
        ("2.1", Measure.COUNT, UP, "≥ 3 dịch vụ"),
        ("5.26", Measure.NUMBER, DOWN, "≤ 5,2 dịch vụ"),
        ("20", Measure.SHARE, UP, "≥ 20 %"),
        ("1", Measure.YES_NO, UP, "có"),
        (None, Measure.COUNT, UP, "–"),
    ],
)
def test_what_is_needed_is_rounded_to_the_safe_side(
    value: str | None, measure: Measure, direction: Direction, told: str
) -> None:
    needed = Decimal(value) if value else None
    assert figures.needed(needed, measure, SERVICES, direction=direction, language=VI) == told


@pytest.mark.parametrize(
    ("denominator", "language", "told"), [(9, VI, "≥ 2/9 (22,2 %)"), (9, EN, "≥ 2/9 (22.2 %)"), (0, VI, "≥ 15,4 %")]
)
def test_what_is_needed_of_things_counted_is_a_count_and_its_share(
    denominator: int, language: Language, told: str
) -> None:
    found = figures.needed(
        Decimal("15.4"),
        Measure.SHARE,
        PERCENT,
        direction=UP,
        numerator=Decimal(2),
        denominator=Decimal(denominator),
        language=language,
    )
    assert found == told


@pytest.mark.parametrize(
    ("measure", "value", "expected", "told"),
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
def test_a_shortfall_is_what_a_reader_subtracts(measure: Measure, value: str, expected: str, told: str) -> None:
    found = figures.shortfall(
        Decimal(value), Decimal(expected), measure, SERVICES, direction=UP, target=ABOVE_90, language=VI
    )
    assert found == told


def test_too_many_of_what_is_to_become_fewer_is_a_shortfall_too() -> None:
    assert shortfall_of_services(Decimal(3), Decimal(1), direction=DOWN, language=EN) == "above by 2 services"
    assert shortfall_of_services(Decimal(0), Decimal(1), direction=DOWN, language=EN) == ""


def test_where_nothing_is_reported_or_expected_nothing_falls_short() -> None:
    assert shortfall_of_services(None, Decimal(1), direction=UP, language=VI) == ""
    assert shortfall_of_services(Decimal(1), None, direction=UP, language=VI) == ""


def test_a_gap_is_told_in_the_indicators_unit() -> None:
    assert figures.gap(Decimal("0.1"), Measure.PERCENT, PERCENT, language=VI) == "0,1 điểm phần trăm"
    assert figures.gap(Decimal(2), Measure.COUNT, SERVICES, language=VI) == "2 dịch vụ"
