"""What is read of a file, and each way in which one cannot be taken."""

import io
import zipfile
from datetime import date, time
from typing import Any, BinaryIO

import pytest

from services.ingest.files.model import Reading
from services.ingest.files.rules import read_tables
from services.ingest.files.sheets import MOST_UNPACKED_BYTES, UnreadableFile, sheets_of
from tests.support.workbooks import SHARE, TITLES, csv_file, form, with_part, workbook

LINE = "lam-dong-2014,2014-03,so-noi-vu,edoc-exchange,412,510,,,"
UNICODE_TEXT = "\t".join(TITLES) + "\r\n" + LINE.replace(",", "\t") + "\r\n"


def read(file: BinaryIO) -> Reading:
    return read_tables(sheets_of(file))


def refused(file: BinaryIO) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(file)
    return f"{caught.value.fault.code} {caught.value.fault.status}"


def faults(file: BinaryIO) -> list[tuple[str, str]]:
    """Return the place and the code of each fault."""
    reading = read(file)
    return [(each.pointer, each.code) for each in reading.faults] + [
        (reading.cell(group, f"/observations/{position}/{column}"), fault.code)
        for group in reading.groups
        for position, row in enumerate(group.rows)
        for column, fault in row.faults.items()
    ]


def test_a_workbook_and_csv_say_the_same() -> None:
    (from_book,), (from_csv,) = read(form(SHARE)).groups, read(csv_file(LINE)).groups
    assert from_book.document() == {
        "plan": "lam-dong-2014",
        "period": "2014-03",
        "agency": "so-noi-vu",
        "observations": [{"indicator": "edoc-exchange", "numerator": 412, "denominator": 510}],
    }
    figures = {"indicator": "edoc-exchange", "numerator": "412", "denominator": "510"}  # CSV has texts only
    assert from_csv.document() == from_book.document() | {"observations": [figures]}


@pytest.mark.parametrize(
    "content",
    [
        UNICODE_TEXT.encode("utf-16"),  # Excel's "Unicode Text"
        UNICODE_TEXT.encode("utf-8"),
        UNICODE_TEXT.replace("\t", ";").encode("utf-8-sig"),  # Excel's "CSV UTF-8" with Vietnamese settings
        UNICODE_TEXT.replace("\t", ",").replace("\r\n", "\n").encode(),
        ('"' + UNICODE_TEXT.rstrip("\r\n").replace("\t", '";"').replace("\r\n", '"\n"') + '"\n').encode(),
    ],
)
def test_csv_is_read_as_excel_writes_it(content: bytes) -> None:
    (group,) = read(io.BytesIO(content)).groups
    assert group.rows[0].cells["denominator"] == "510"


def test_an_encoding_that_is_not_read_is_named() -> None:
    line = "lam-dong-2014,2014-03,so-noi-vu,edoc-exchange,1,2,,,Tổng đài hỏng"
    # Python has no windows-1258 for composed letters; Excel writes the mark after the letter.
    decomposed = line.replace("ổ", "ô\u0309").replace("à", "a\u0300").replace("ỏ", "o\u0309")
    with pytest.raises(UnreadableFile, match="not-utf-8") as caught:
        read(csv_file(decomposed, encoding="cp1258"))
    assert "windows-1258" in caught.value.fault.vi
    assert "CSV UTF-8" in caught.value.fault.vi
    with pytest.raises(UnreadableFile, match="not-utf-8") as caught:
        read(io.BytesIO(UNICODE_TEXT.encode("utf-16")[:-1]))
    assert "UTF-16" in caught.value.fault.en


def test_what_is_no_table_is_told_apart() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refused(io.BytesIO(ole)) == "old-workbook 422"
    assert refused(io.BytesIO(ole + "EncryptedPackage".encode("utf-16-le"))) == "encrypted-file 422"
    assert refused(io.BytesIO(b"PK\3\4 but nothing follows")) == "not-a-table 422"
    assert refused(io.BytesIO(form(SHARE).read()[:-40])) == "not-a-table 422"
    assert refused(io.BytesIO(b"MZ\0\0\1")) == "not-a-table 422"
    assert refused(with_part(form(SHARE), "xl/vbaProject.bin", b"Sub")) == "has-macros 422"
    assert faults(io.BytesIO(b"")) == [("", "nothing-to-file")]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\x", "xl\\..\\..\\x"])
def test_a_path_out_of_the_archive_is_refused(path: str) -> None:
    assert refused(with_part(form(SHARE), path, b"")) == "unsafe-archive 422"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(form(SHARE), "xl/media/x.xml", bytes(MOST_UNPACKED_BYTES))
    assert len(bomb.read()) < 200_000
    bomb.seek(0)
    assert refused(bomb) == "too-complex 413"
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(1001):
            archive.writestr(str(number), b"")
    many.seek(0)
    assert refused(many) == "too-complex 413"


def test_unclosed_quotes_are_named_with_the_line_where_they_begin() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(csv_file(LINE, LINE + '"Phòng A', LINE, LINE))
    assert (caught.value.fault.pointer, caught.value.fault.code) == ("CSV!A3", "bad-quotes")


def test_a_decimal_comma_that_shifts_the_cells_of_csv_is_refused() -> None:
    line = "lam-dong-2014,2014-03,so-noi-vu,network-uptime,,,99,5,,"
    assert faults(csv_file(line)) == [("CSV!A2", "wrong-cell-count")]


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [
        ("=1+1", "General", "formula"),
        (date(2014, 5, 12), "dd/mm/yyyy", "is-a-date"),
        (time(12, 5), "hh:mm", "is-a-date"),
        (0.85, "0%", "in-percent"),
        (0.85, "0.0%", "in-percent"),
        ("#DIV/0!", "General", "error-value"),
    ],
)
def test_a_cell_that_only_looks_like_a_figure_is_named(value: Any, number_format: str, code: str) -> None:
    def change(sheet: Any) -> None:
        sheet["E2"] = value
        sheet["E2"].number_format = number_format

    assert faults(form(SHARE, change=change)) == [("Sheet!E2", code)]


def test_a_percentage_says_what_to_write_instead() -> None:
    def change(sheet: Any) -> None:
        sheet["E2"] = 0.57
        sheet["E2"].number_format = "0.00%"

    (group,) = read(form(SHARE, change=change)).groups
    assert "write 57." in group.rows[0].faults["numerator"].en


def test_a_sign_beside_the_figure_is_no_percentage() -> None:
    def change(sheet: Any) -> None:
        sheet["E2"].number_format = '0.0"%"'

    assert faults(form(SHARE, change=change)) == []


def test_merged_cells_are_refused_where_they_are_read() -> None:
    assert faults(form(SHARE, SHARE, change=lambda sheet: sheet.merge_cells("E2:E3"))) == [("Sheet!E2", "merged-cells")]
    assert ("Sheet!E1", "merged-cells") in faults(form(SHARE, change=lambda sheet: sheet.merge_cells("E1:F1")))

    def title(sheet: Any) -> None:
        sheet.merge_cells("A1:D1")

    assert faults(workbook(["Biểu báo cáo"], TITLES, SHARE, change=title)) == []


def test_a_period_that_excel_took_for_a_number_is_read() -> None:
    (group,) = read(form(("sdg", 2014, "so-noi-vu", "growth", None, None, 1.5))).groups
    assert (group.period, group.rows[0].cells["value"]) == ("2014", 1.5)
