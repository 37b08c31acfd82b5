"""What a cell says is the same in every program that reads it."""

from datetime import date
from decimal import Decimal

from services.scoring.exports.tables import (
    STANDING_TITLES,
    basis_word,
    standing_figures,
    standings_of,
    text_of,
    tidy,
    versions_of,
)
from shared.events.vocabulary import Language, Standing


def test_an_enormous_figure_is_written_in_powers_of_ten() -> None:
    assert (text_of(Decimal("1e100")), text_of(Decimal("12.50")), text_of(Decimal("1e3"))) == (
        "1E+100",
        "12.50",
        "1000",
    )


def test_days_truth_and_nothing_are_written_alike_in_every_language() -> None:
    assert [text_of(cell) for cell in (date(2014, 3, 31), True, None, 12, "12")] == [
        "2014-03-31",
        "true",
        "",
        "12",
        "12",
    ]


def test_plan_versions_are_joined_by_a_sign_that_no_program_takes_for_a_decimal_comma() -> None:
    assert versions_of({"plan_versions": [1, 2]}) == "1+2"


def test_standings_are_counted_in_the_order_of_their_titles() -> None:
    document = {"agencies": {standing.value: place for place, standing in enumerate(Standing)}}
    assert standings_of(document) == list(range(len(Standing)))
    assert len(STANDING_TITLES) == len(Standing)
    found = standing_figures(document, Language.VI)[1]
    assert (found.name, found.value, found.unit, found.basis) == ("agencies_on_track", 1, "cơ quan", "computed")


def test_the_long_form_has_its_titles_in_the_readers_language() -> None:
    vi, en = (tidy("x", ["period"], [], language, after=["reason"]) for language in Language)
    assert [head.title for head in vi.heads] == [
        "kỳ báo cáo",
        "tên số liệu",
        "số liệu",
        "đơn vị tính",
        "căn cứ",
        "lý do",
    ]
    assert [head.title for head in en.heads] == ["period", "figure", "value", "unit", "basis", "reason"]


def test_a_basis_is_a_word_for_people() -> None:
    assert [basis_word(each, Language.EN) for each in ("stated", "assumed", None)] == ["stated", "assumed", ""]
