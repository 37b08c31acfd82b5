"""In a workbook figures are numbers and days are days, and what a sheet cannot hold goes on or is text."""

import io
from decimal import Decimal

import openpyxl

from services.scoring.exports.columns import progress_table
from services.scoring.exports.sheets import xlsx_of
from shared.events.vocabulary import Language
from tests.unit.services.scoring.examples import indicator, share, value
from tests.unit.services.scoring.exports.export_examples import MADE_AT, POSTS, document, noted, sheet


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
    early = {**noted(None), "period_starts_on": "1814-01-01"}
    assert sheet(early)[0]["First day"].value == "1814-01-01"


def test_more_rows_than_a_sheet_holds_go_on_on_the_next() -> None:
    table = progress_table([noted(None)] * 3, Language.VI)
    content = xlsx_of(table, language=Language.VI, made_at=MADE_AT, rows_per_sheet=3)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Tiến độ", "Tiến độ 2"]
    assert [each.max_row for each in book] == [3, 2]
    assert [each.auto_filter.ref for each in book] == ["A1:BF3", "A1:BF2"]
    assert book["Tiến độ 2"]["A1"].value == "Kế hoạch"
