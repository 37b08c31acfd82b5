"""A table for people says what the progress documents say, exactly, in the words of its language."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.scoring.exports.columns import COLUMNS
from shared.events.vocabulary import Language, Method
from tests.unit.services.scoring.examples import at_least, indicator, milestone, share, value
from tests.unit.services.scoring.exports.export_examples import POSTS, document, noted, sheet, silent, wide


def test_a_row_for_people_has_names_units_bases_and_the_explanation_in_their_language() -> None:
    (row,) = wide(noted("Hai phòng"), language=Language.VI)
    assert (row["Cơ quan"], row["Chỉ tiêu"], row["Đơn vị tính"]) == ("UBND huyện Lạc Dương", "Văn bản điện tử", "%")
    assert (row["Căn cứ của mục tiêu"], row["Căn cứ của mức cần đạt"]) == ("quyết định nêu", "giả định")
    assert (row["Xếp loại"], row["Xếp loại cơ quan"], row["Ghi chú của cơ quan"]) == ("đạt", "đạt", "Hai phòng")
    assert row["Giải thích"] == "91,2 % / mục tiêu > 90 %: đạt"
    (row,) = wide(noted(None))
    assert (row["Basis of the target"], row["Standing"], row["Agency's note"]) == ("stated", "met", "")
    assert row["Explanation"] == "91.2 % / target > 90 %: met"


def test_figures_stand_with_a_point_in_every_language_and_with_all_their_digits() -> None:
    filed = document(indicator(), filed=(share(1, 3),))
    (row,) = wide(filed, language=Language.VI)
    assert (row["Giá trị"], row["Tử số"], row["Mẫu số"]) == ("33.33333333333333333333333333", "1", "3")
    assert Decimal(row["Mức đạt (tỷ số)"]) == Decimal(filed["judgements"][0]["attainment_ratio"])
    assert (row["Đến hết ngày"], row["Hạn nộp"], row["Số liệu mô phỏng"]) == ("2014-03-31", "2014-04-08", "true")


def test_what_was_filed_for_another_target_day_and_from_a_base_is_told() -> None:
    paced = replace(POSTS, method=Method.PACE, target=replace(at_least(200), on=date(2023, 12, 31)))
    (row,) = wide(document(replace(paced, baseline=milestone("2013-12-31", 100)), filed=(value(110, of="posts"),)))
    assert (row["Target due on"], row["Base on"], row["Base"]) == ("2023-12-31", "2013-12-31", "100")
    assert (row["Progress status"], row["Basis of the expectation"]) == ("substantial_progress", "assumed")


def test_who_filed_nothing_has_a_row_without_figures() -> None:
    (row,) = wide(silent(indicator()))
    assert (row["Standing"], row["Value"], row["Submission"], row["Filed at"]) == ("missing", "", "", "")


def test_what_was_withdrawn_or_returned_is_told_with_the_reason() -> None:
    (row,) = wide({**silent(indicator()), "ended": {"ending": "returned", "reason": "=thiếu biểu 2"}})
    assert (row["Withdrawn or returned"], row["Why withdrawn or returned"]) == ("returned", "'=thiếu biểu 2")


def test_the_rank_stands_beside_how_many_it_is_of_and_the_kind_it_is_within() -> None:
    ranked = {
        **document(indicator(), filed=(share(1, 3),)),
        "kind": "district",
        "rank": {"place": 2, "of": 12, "is_mixed": True},
    }
    (row,) = wide(ranked)
    assert (row["Kind"], row["Rank within its kind"], row["Of how many of its kind"]) == ("district", "2", "12")
    assert row["Rank mixes plan versions"] == "true"
    (cells,) = sheet(ranked)
    assert (cells["Rank within its kind"].value, cells["Of how many of its kind"].value) == (2, 12)
    (row,) = wide({**ranked, "rank": None})
    assert (row["Rank within its kind"], row["Of how many of its kind"]) == ("", "")


def test_points_weight_and_the_agency_as_a_whole_stand_beside_the_indicator() -> None:
    heavy = document(indicator(weight=Decimal(4)), filed=(share(45, 100),))
    (row,) = wide(heavy)
    assert (row["Weight"], row["Points"]) == ("4", "2.0")
    assert Decimal(row["Composite score (0 … 100)"]) == 50
    assert Decimal(row["Coverage (ratio)"]) == 1


def test_every_column_has_a_title_of_its_own_in_both_languages() -> None:
    for language in Language:
        assert len({column.head(language).title for column in COLUMNS}) == len(COLUMNS)
