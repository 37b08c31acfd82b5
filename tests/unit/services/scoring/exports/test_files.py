"""Nothing in a file runs, a spreadsheet reads its letters, and the same rows make the same file."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from shared.events.vocabulary import Language
from shared.runtime.http.negotiation import Form
from tests.unit.services.scoring.examples import value
from tests.unit.services.scoring.exports.export_examples import POSTS, document, exported, noted, sheet, wide


def test_a_spreadsheet_knows_a_csv_for_utf_8_by_its_first_bytes() -> None:
    first = exported(form=Form.CSV, language=Language.VI)
    assert first.startswith("\ufeffKế hoạch,Phiên bản kế hoạch,Kỳ báo cáo,".encode())
    assert first.endswith(b"\r\n")


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


def test_the_same_rows_make_the_same_workbook() -> None:
    one, other = (exported(noted(None), form=Form.XLSX) for _ in range(2))
    assert one == other
