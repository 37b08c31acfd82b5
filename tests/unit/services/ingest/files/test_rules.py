"""How the rows of a table become submissions, and what is wrong with a table."""

from collections.abc import Sequence

import pytest

from services.ingest.files import faults
from services.ingest.files.columns import SHOWN, TITLES
from services.ingest.files.model import Cell, Reading, Sheet
from services.ingest.files.rules import letters_of, read_tables

HEADER = ("plan", "period", "agency", "indicator", "numerator", "denominator", "value", "yes", "note")
WHOSE = ("lam-dong-2014", "2014-03", "ubnd-xa-lat")


def read(*lines: Sequence[Cell], merged: Sequence[str] = (), is_even: bool = False) -> Reading:
    return read_tables([Sheet("S", list(enumerate(lines, start=1)), merged, is_even)])


def told(*lines: Sequence[Cell], merged: Sequence[str] = ()) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in read(*lines, merged=merged).faults]


def test_rows_belong_to_one_submission_for_each_agency_and_period() -> None:
    other = ("lam-dong-2014", "2014-03", "ubnd-xa-da-sar")
    reading = read(
        HEADER, (*WHOSE, "official-email", 9, 12), (*other, "official-email", 8, 9), (*WHOSE, "x", None, None, 3)
    )
    assert [(group.agency, [row.number for row in group.rows]) for group in reading.groups] == [
        ("ubnd-xa-lat", [2, 4]),
        ("ubnd-xa-da-sar", [3]),
    ]
    first = reading.groups[0]
    assert reading.cell(first, "/observations/1/value") == "S!G4"
    assert reading.cell(first, "/observations/1") == "S!D4"
    assert reading.cell(first, "/agency") == "S!C2"
    assert reading.cell(first, "/observations") == "S!D2"


def test_the_header_may_stand_below_titles_and_speak_vietnamese_in_any_order() -> None:
    titles = [*SHOWN, *reversed(list(TITLES.values()))]
    row = ["UBND xã Lát", "Thư điện tử", "%", "…", "8/12", "official-email", *reversed(WHOSE), None, "Có"]
    reading = read(["BIỂU BÁO CÁO"], [], [title.upper().replace(" ", "\n") for title in titles], row)
    assert reading.faults == []
    assert reading.groups[0].document()["observations"] == [{"indicator": "official-email", "yes": True}]


def test_rows_without_a_figure_report_nothing() -> None:
    reading = read(HEADER, (*WHOSE, "official-email"), (*WHOSE, "eoffice-commune", None, None, None, "Không"))
    assert [row.number for row in reading.groups[0].rows] == [3]
    assert told(HEADER, (*WHOSE, "official-email")) == [("", "nothing-to-file")]


def test_a_note_alone_is_not_lost() -> None:
    reading = read(HEADER, (*WHOSE, "official-email", None, None, None, None, "chưa có số liệu"))
    assert reading.groups[0].document()["observations"] == [{"indicator": "official-email", "note": "chưa có số liệu"}]


@pytest.mark.parametrize(
    ("said", "is_yes"), [("Có", True), ("KHÔNG", False), (True, True), (" yes ", True), ("Co\u0301", True)]
)
def test_yes_and_no_are_taken_as_they_are_said(said: Cell, is_yes: bool) -> None:  # noqa: FBT001  a parameter
    reading = read(HEADER, (*WHOSE, "eoffice-commune", None, None, None, said))
    assert reading.groups[0].rows[0].cells["yes"] is is_yes


def test_anything_else_is_neither_yes_nor_no() -> None:
    (row,) = read(HEADER, (*WHOSE, "eoffice-commune", None, None, None, "rồi")).groups[0].rows
    assert (row.faults["yes"].code, "yes" in row.cells) == ("malformed", False)


def test_a_row_that_does_not_say_whose_figure_it_is_is_named_and_not_taken_for_anothers() -> None:
    reading = read(HEADER, (*WHOSE[:2], None, "official-email", 9, 12), (None, None, *WHOSE[2:], "x", 1, 2))
    assert [(each.pointer, each.code) for each in reading.faults] == [
        ("S!C2", "required"),
        ("S!A3", "required"),
        ("S!B3", "required"),
    ]
    assert reading.groups == []


def test_faulty_columns_are_named_each() -> None:
    header = ("plan", "period", "Mã chỉ tiêu", "indicator", "Tu so", "Mẫu số", "ghi chú thêm")
    assert told(header, ("p", "2014-03", "x", "x", 1, 2, "y")) == [
        ("S!D1", "repeated-column"),
        ("S!E1", "unknown-column"),
        ("S!G1", "unknown-column"),
        ("S!A1", "missing-column"),
    ]
    reading = read(header)
    assert "nearest: “Tử số”" in reading.faults[1].en


def test_without_any_column_for_a_figure_all_are_missing() -> None:
    assert told(HEADER[:4], (*WHOSE, "x"))[0] == ("S!A1", "missing-column")


def test_what_stands_beside_the_table_is_not_lost_silently() -> None:
    assert told(HEADER, (*WHOSE, "x", 1, 2, None, None, None, None, "còn nữa")) == [("S!K2", "outside-table")]


def test_a_sheet_with_content_has_to_be_a_table() -> None:
    assert told(["Số liệu", 3]) == [("S!A1", "no-header")]
    assert told(*[[str(number)] for number in range(40)], HEADER) == [("S!A1", "no-header")]
    empty, table = Sheet("Sheet2", []), Sheet("S", [(1, HEADER), (2, (*WHOSE, "x", 1, 2))])
    assert read_tables([empty, table]).faults == []


def test_merged_cells_matter_only_where_they_reach_into_the_table() -> None:
    lines = (["Tiêu đề"], HEADER, (*WHOSE, "x", 1, 2))
    assert told(*lines, merged=["A1:I1", "A9:B9", "K2:L3", "nonsense"]) == []
    assert told(*lines, merged=["B1:C2"]) == [("S!B1", "merged-cells")]
    assert ("S!D1", "merged-cells") in told(("plan", "period", "agency", None, "value"), merged=["D1:E1"])


def test_a_line_of_csv_has_as_many_cells_as_the_header() -> None:
    reading = read(HEADER, (*WHOSE, "x", "1"), is_even=True)
    assert [(each.pointer, each.code) for each in reading.faults] == [("S!A2", "wrong-cell-count")]


def test_a_fault_of_a_cell_is_kept_in_its_place() -> None:
    formula = faults.FORMULA("")
    reading = read((*HEADER, formula), (*WHOSE[:2], formula, "x", 1, 2), (*WHOSE, "x", formula, 2))
    assert [(each.pointer, each.code) for each in reading.faults] == [("S!J1", "formula"), ("S!C2", "formula")]
    assert reading.groups[0].rows[0].faults == {"numerator": formula}


def test_blank_lines_between_rows_are_passed_over() -> None:
    reading = read(HEADER, [], (*WHOSE, "x", 1, 2), [None, " "], (*WHOSE, "y", 1, 2))
    assert [row.number for row in reading.groups[0].rows] == [3, 5]


def test_too_many_rows_and_submissions_are_refused() -> None:
    rows = [(*WHOSE, "x", 1, 2)] * (faults.MOST_ROWS + 1)
    assert told(HEADER, *rows) == [("", "too-many-rows")]
    agencies = [(*WHOSE[:2], f"a{number}", "x", 1, 2) for number in range(faults.MOST_SUBMISSIONS + 1)]
    assert told(HEADER, *agencies) == [("", "too-many-submissions")]
    assert told(HEADER, *agencies[1:]) == []


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(position: int, letters: str) -> None:
    assert letters_of(position) == letters
