"""Exports say what the progress documents say, exactly, and nothing in them runs."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from services.scoring.exports.columns import COLUMNS
from services.scoring.exports.lines import Document, Label, Labels, text_of
from services.scoring.exports.progress_files import figures_csv, progress_csv, progress_xlsx
from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Indicator, Observation, Plan
from services.scoring.progress.events import data_of
from shared.events.vocabulary import Basis, Language, Measure, Method
from shared.wording.sentences import sentence
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    KEY,
    above,
    at_least,
    filing,
    indicator,
    milestone,
    plan,
    share,
    value,
    yes,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

LABELS = Labels(
    agencies={DISTRICT.id: "UBND huyện Lạc Dương"},
    indicators={"edoc-exchange": Label("Văn bản điện tử", "%"), "posts": Label("Bài viết", "bài")},
)
MADE_AT = datetime(2014, 4, 9, 8, tzinfo=UTC)
POSTS = indicator("posts", measure=Measure.NUMBER, basis=Basis.ASSUMED, target=above(90))
NO_LABELS = Labels()


def _listed(progress: Progress, whole: Plan) -> Document:
    """Return a progress as readers get it, without names."""
    data = data_of(progress, plan=whole)
    judgements = [
        each.model_dump(mode="json")
        | {f"sentence_{at}": sentence(each, progress=data, unit="%", language=at) for at in Language}
        for each in data.judgements
    ]
    return data.model_dump(mode="json") | {"judgements": judgements}


def document(*indicators: Indicator, filed: tuple[Observation, ...] = ()) -> Document:
    whole = plan(*indicators)
    made = after_filing(before=None, filing=filing(*filed), plan=whole, agency=DISTRICT, is_closed=True, cause=CAUSE)
    return _listed(made, whole)


def silent(*indicators: Indicator) -> Document:
    whole = plan(*indicators)
    found = after_closing(before=None, key=KEY, plan=whole, agency=DISTRICT, cause=CAUSE)
    assert found is not None
    return _listed(found, whole)


def noted(note: str | None) -> Document:
    return document(indicator(), filed=(share(912, 1000)._replace(note=note),))


def read_csv(pieces: Iterator[bytes]) -> list[dict[str, str]]:
    text = b"".join(pieces).decode("utf-8-sig")
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def wide(*documents: Document, language: Language = Language.EN, labels: Labels = LABELS) -> list[dict[str, str]]:
    return read_csv(progress_csv(documents, labels=labels, language=language))


def long(*documents: Document, language: Language = Language.EN, labels: Labels = LABELS) -> list[dict[str, str]]:
    return read_csv(figures_csv(documents, labels=labels, language=language))


def sheet(*documents: Document, language: Language = Language.EN) -> list[dict[str, Any]]:
    content = progress_xlsx(documents, labels=LABELS, language=language, made_at=MADE_AT)
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
    titles = [cell.value for cell in next(rows)]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_a_spreadsheet_knows_a_csv_for_utf_8_by_its_first_bytes() -> None:
    first = next(progress_csv([], labels=LABELS, language=Language.VI))
    assert first.startswith("\ufeffKế hoạch,Phiên bản kế hoạch,Kỳ báo cáo,".encode())
    assert first.endswith(b"\r\n")


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
    rows = long(silent(indicator()))
    found = next(each for each in rows if each["figure"] == "value")
    assert (found["value"], found["unit"], found["standing"], found["reason"]) == ("", "%", "missing", "not-filed")


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
    rows = {each["figure"]: each for each in long(ranked)}
    assert {each["kind"] for each in rows.values()} == {"district"}
    assert (rows["rank"]["value"], rows["rank"]["unit"]) == ("2", "place within its kind")
    assert (rows["ranked_agencies"]["value"], rows["ranked_agencies"]["unit"]) == ("12", "agencies")
    (row,) = wide({**ranked, "rank": None})
    assert (row["Rank within its kind"], row["Of how many of its kind"]) == ("", "")


def test_points_weight_and_the_agency_as_a_whole_stand_beside_the_indicator() -> None:
    heavy = document(indicator(weight=Decimal(4)), filed=(share(45, 100),))
    (row,) = wide(heavy)
    assert (row["Weight"], row["Points"]) == ("4", "2.0")
    assert Decimal(row["Composite score (0 … 100)"]) == 50
    assert Decimal(row["Coverage (ratio)"]) == 1
    found = {each["figure"]: each for each in long(heavy)}
    assert (found["composite_score"]["indicator"], found["composite_score"]["basis"]) == ("", "computed")
    assert (found["points"]["value"], found["points"]["unit"]) == ("2.0", "points")


def test_what_has_no_name_is_told_by_its_id_and_a_percentage_has_its_unit_anyway() -> None:
    filed = document(indicator(), POSTS, filed=(share(1, 2), value(5, of="posts")))
    first, second = wide(filed, labels=NO_LABELS)
    assert (first["Agency name"], first["Indicator name"], first["Unit"]) == (DISTRICT.id, "edoc-exchange", "%")
    assert (second["Indicator name"], second["Unit"]) == ("posts", "")


def test_the_long_form_has_a_row_a_figure_each_with_unit_and_basis() -> None:
    rows = long(document(indicator(), POSTS, filed=(share(1, 2), value(99, of="posts"))))
    assert list(rows[0]) == [
        *("plan", "plan_version", "agency", "kind", "period", "indicator", "measure"),
        *("figure", "value", "unit", "basis", "standing", "reason"),
    ]
    found = {(each["indicator"], each["figure"]): each for each in rows}
    told = {key: (each["value"], each["unit"], each["basis"]) for key, each in found.items()}
    assert told["edoc-exchange", "value"] == ("50", "%", "reported")
    assert told["edoc-exchange", "denominator"] == ("2", "count", "reported")
    assert told["edoc-exchange", "target"] == ("90", "%", "stated")
    assert told["edoc-exchange", "expected_ratio"][1:] == ("ratio", "assumed")
    assert told["edoc-exchange", "attainment_ratio"][1:] == ("ratio", "stated")
    assert told["posts", "target"] == ("90", "bài", "assumed")
    assert ("posts", "numerator") not in told
    assert found["posts", "value"]["standing"] == "met"
    assert found["posts", "value"]["reason"] == "target-met"


def test_the_long_form_has_vietnamese_titles_and_the_same_codes() -> None:
    rows = long(document(POSTS, filed=(value(99, of="posts"),)), language=Language.VI)
    row = next(each for each in rows if each["tên số liệu"] == "attainment_ratio")
    assert (row["đơn vị tính"], row["căn cứ"], row["xếp loại"]) == ("tỷ số", "assumed", "met")


def test_a_baseline_has_a_row_with_its_own_basis() -> None:
    way = replace(POSTS, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", "1.50"))
    rows = long(document(way, filed=(value(40, of="posts"),)))
    row = next(each for each in rows if each["figure"] == "baseline")
    assert (row["value"], row["basis"]) == ("1.50", "assumed")


def test_without_a_target_there_is_nothing_expected_and_nothing_of_it_is_told() -> None:
    watched = replace(POSTS, method=Method.NO_TARGET, target=None)
    rows = long(document(watched, filed=(value(40, of="posts"),)))
    assert {each["figure"] for each in rows} <= {"value", "composite_score", "coverage_ratio"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", " =", "\ufeff="])
def test_text_that_a_spreadsheet_would_run_is_text(sign: str) -> None:
    note = f"{sign}1+1"
    (row,) = wide(noted(note))
    assert row["Agency's note"] == f"'{note}"
    (cells,) = sheet(noted(note.replace("\r", "\n")))
    assert cells["Agency's note"].data_type in {"s", "inlineStr"}
    assert unescape(cells["Agency's note"].value) == note.replace("\r", "\n")


@pytest.mark.parametrize("between", [";", "\t", "\n", "\r\n", "; ", ';"', ";\u200b"])
def test_no_part_of_a_text_is_run_by_a_spreadsheet_that_splits_lines_elsewhere(between: str) -> None:
    (row,) = wide(noted(f"ok{between}=1+1{between}@SUM(1)"))
    told = row["Agency's note"]
    assert not re.search(r"""[;\t\r\n]["\s\u200b]*[=@]""", told)
    assert told.replace("'", "") == f"ok{between}=1+1{between}@SUM(1)"


@pytest.mark.parametrize("note", ["một; hai", "a\nb", "x;1", "xem https://x.example/?a=1;b=2"])
def test_text_with_separators_and_no_formula_stays_as_it_is(note: str) -> None:
    (row,) = wide(noted(note))
    assert row["Agency's note"] == note


@pytest.mark.parametrize("note", ["", "  ", "a=1", "'=1", "Đã làm"])
def test_text_that_nothing_would_run_stays_as_it_is(note: str) -> None:
    (row,) = wide(noted(note))
    assert row["Agency's note"] == note


def test_a_negative_figure_is_a_figure_and_not_text() -> None:
    filed = document(POSTS, filed=(value("-5.50", of="posts"),))
    assert wide(filed)[0]["Value"] == "-5.50"
    assert sheet(filed)[0]["Value"].value == -5.5


@given(note=st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_no_letter_that_an_agency_writes_breaks_an_export(note: str) -> None:
    told = noted(note)
    assert len(wide(told)) == 1
    assert sheet(told)[0]["Agency's note"].data_type in {"s", "inlineStr", "n"}


def test_figures_in_a_sheet_are_numbers_with_every_digit_that_a_number_has() -> None:
    filed = document(indicator(), filed=(share(1, 3),))
    (cells,) = sheet(filed)
    for title, name in (("Attainment (ratio)", "attainment_ratio"), ("Pace (ratio)", "pace_ratio")):
        assert cells[title].data_type == "n"
        assert cells[title].value == float(Decimal(filed["judgements"][0][name]))
    assert cells["Plan version"].value == 1


def test_days_and_moments_in_a_sheet_are_days_and_moments_as_the_language_writes_them() -> None:
    (cells,) = sheet(noted(None))
    assert (str(cells["Due on"].value), cells["Due on"].number_format) == ("2014-04-08 00:00:00", "yyyy-mm-dd")
    assert str(cells["Filed at"].value) == "2014-04-03 09:01:00"  # in the plan's time zone
    (cells,) = sheet(noted(None), language=Language.VI)
    assert (cells["Hạn nộp"].number_format, cells["Xếp loại"].value) == ("dd/mm/yyyy", "đạt")
    assert cells["Nộp đúng hạn"].value is True


def test_what_a_sheet_cannot_hold_is_text_or_cut_off() -> None:
    large = document(POSTS, filed=(value("1e400", of="posts")._replace(note="x" * 40_000),))
    (cells,) = sheet(large)
    assert cells["Value"].value == "1E+400"
    assert len(cells["Agency's note"].value) == 32_767
    early = {**noted(None), "period_starts_on": date(1814, 1, 1)}
    assert sheet(early)[0]["First day"].value == "1814-01-01"


def test_more_rows_than_a_sheet_holds_go_on_on_the_next() -> None:
    content = progress_xlsx([noted(None)] * 3, labels=LABELS, language=Language.VI, made_at=MADE_AT, rows_per_sheet=3)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Tiến độ", "Tiến độ 2"]
    assert [each.max_row for each in book] == [3, 2]
    assert [each.auto_filter.ref for each in book] == ["A1:BF3", "A1:BF2"]
    assert book["Tiến độ 2"]["A1"].value == "Kế hoạch"


def test_the_same_rows_make_the_same_workbook() -> None:
    one, other = (progress_xlsx([noted(None)], labels=LABELS, language=Language.EN, made_at=MADE_AT) for _ in range(2))
    assert one == other


def test_a_document_read_from_json_is_exported_as_the_one_it_was_written_from() -> None:
    way = replace(POSTS, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", 1))
    written = document(
        way,
        indicator("done", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1)),
        filed=(value(4, of="posts"), yes(answer=True, of="done")),
    )
    read = orjson.loads(orjson.dumps(written))
    assert wide(read) == wide(written)
    assert long(read) == long(written)


def test_a_csv_is_written_piece_by_piece_while_rows_come_in() -> None:
    taken = 0

    def coming() -> Iterator[Document]:
        nonlocal taken
        for _ in range(2_000):
            taken += 1
            yield noted(None)

    pieces = progress_csv(coming(), labels=LABELS, language=Language.EN)
    assert taken == 0
    first = next(pieces)
    assert 0 < taken < 500
    rest = list(pieces)
    assert max(map(len, [first, *rest])) < 80_000
    assert b"".join([first, *rest]).count(b"\r\n") == 2_001


def test_an_enormous_figure_is_written_in_powers_of_ten() -> None:
    assert (text_of(Decimal("1e100")), text_of(Decimal("12.50")), text_of(Decimal("1e3"))) == (
        "1E+100",
        "12.50",
        "1000",
    )


def test_every_column_has_a_title_of_its_own_in_both_languages() -> None:
    for language in Language:
        assert len({column.title(language) for column in COLUMNS}) == len(COLUMNS)
