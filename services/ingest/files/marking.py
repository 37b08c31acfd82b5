"""Marks the faulty cells of a workbook: each in colour, with what is wrong as its comment."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from services.ingest.files.sheets import csv_rows, is_workbook

_MARK: Final = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR: Final = "Tiendo"
_WIDTH: Final = 360  # pixels
_LINE: Final = 20
_LETTERS_A_LINE: Final = 50


def marked(file: BinaryIO, *, faults: Iterable[Mapping[str, str]]) -> bytes:
    """Return the workbook with its faulty cells marked, and no earlier marks; of CSV, one with its cells as texts."""
    book = load_workbook(file, keep_links=False) if is_workbook(file) else _from_csv(file)
    _remove_marks(book)
    by_cell: dict[str, list[str]] = defaultdict(list)
    for fault in faults:
        by_cell[fault["pointer"]].append(f"{fault['vi']}\n{fault['en']}")
    for pointer, sentences in by_cell.items():
        name, _, cell = pointer.rpartition("!")
        sheet = book[name] if name in book.sheetnames else book.worksheets[0]
        _mark(sheet, cell if name else "A1", "\n".join(sentences))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _remove_marks(book: Workbook) -> None:
    for cell in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
        if cell.comment and cell.comment.author == _AUTHOR:
            cell.comment = None
            cell.fill = PatternFill()


def _mark(sheet: Any, cell: str, text: str) -> None:
    found = sheet[cell]
    if isinstance(found, MergedCell):  # only its first cell can be written to; that one is named where it is read
        return
    found.fill = _MARK
    comment = Comment(ILLEGAL_CHARACTERS_RE.sub("?", text), _AUTHOR)
    comment.width, comment.height = _WIDTH, _LINE * (2 + text.count("\n") + len(text) // _LETTERS_A_LINE)
    found.comment = comment


def _from_csv(file: BinaryIO) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "CSV"
    for number, record in enumerate(csv_rows(file), start=1):
        for column, text in enumerate(record, start=1):
            if text:
                cell = sheet.cell(number, column)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("?", text)[:32_767]
                cell.data_type = "s"  # and never a formula
                cell.number_format = "@"
    return book
