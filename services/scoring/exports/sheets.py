"""Tables as XLSX: figures are numbers, days are days, and text is never a formula."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from services.scoring.exports.tables import Cell, Table, text_of
from shared.events.vocabulary import Language

MOST_ROWS: Final = 1_048_576
"""Rows that a sheet can hold."""

_MOST_LETTERS: Final = 32_767  # in a cell
_LARGEST_EXPONENT: Final = 300  # of a number in a cell
_FIRST_YEAR: Final = 1900  # of a spreadsheet's calendar
_DAY: Final = {Language.VI: "dd/mm/yyyy", Language.EN: "yyyy-mm-dd"}


class _Exact(float):
    """A number that is written with all the digits that tell it apart; the library's own 16 are one too few."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return repr(float(self))


def xlsx_of(table: Table, *, language: Language, made_at: datetime, rows_per_sheet: int = MOST_ROWS) -> bytes:
    """Return a table as XLSX; more rows, more sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        sheets = _Sheets(book, table=table, language=language, most_rows=rows_per_sheet)
        for row in table.rows:
            sheets.write(row)
        sheets.finish()
    return file.getvalue()


class _Sheets:
    """The sheets of a workbook, of which the last is being written."""

    def __init__(self, book: Any, *, table: Table, language: Language, most_rows: int) -> None:
        self._book = book
        self._table = table
        self._most_rows = most_rows
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._day = book.add_format({"num_format": _DAY[language]})
        self._moment = book.add_format({"num_format": f"{_DAY[language]} hh:mm:ss"})
        self._count = 0
        self._start()

    def write(self, cells: Sequence[Cell]) -> None:
        """Write a row, on a new sheet where the last one is full."""
        if self._row == self._most_rows:
            self.finish()
            self._start()
        for column, cell in enumerate(cells):
            self._write(column, cell)
        self._row += 1

    def finish(self) -> None:
        """Let readers filter what stands on the sheet."""
        self._sheet.autofilter(0, 0, self._row - 1, len(self._table.heads) - 1)

    def _start(self) -> None:
        self._count += 1
        name = self._table.name
        self._sheet = self._book.add_worksheet(name if self._count == 1 else f"{name} {self._count}")
        self._sheet.freeze_panes(1, 0)
        for place, head in enumerate(self._table.heads):
            self._sheet.set_column(place, place, head.width)
            self._sheet.write_string(0, place, head.title, self._head)
        self._row = 1

    def _write(self, column: int, cell: Cell) -> None:
        at = (self._row, column)
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(*at, cell)
        elif isinstance(cell, int | Decimal) and _is_holdable(cell):
            self._sheet.write_number(*at, _Exact(cell))
        elif isinstance(cell, date) and cell.year >= _FIRST_YEAR:
            if isinstance(cell, datetime):
                self._sheet.write_datetime(*at, cell.replace(tzinfo=None), self._moment)
            else:
                self._sheet.write_datetime(*at, cell, self._day)
        else:
            self._sheet.write_string(*at, _writable(text_of(cell)))


def _is_holdable(figure: int | Decimal) -> bool:
    """Return whether a cell can hold the figure as a number."""
    return isinstance(figure, int) or (figure.is_finite() and abs(figure.adjusted()) <= _LARGEST_EXPONENT)


def _writable(text: str) -> str:
    """Return the text as long as a cell can hold, without halves of letters, which no encoding can write."""
    return text[:_MOST_LETTERS].encode(errors="replace").decode()
