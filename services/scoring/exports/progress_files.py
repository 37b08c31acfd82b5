"""Exports of progress: a table for people as CSV or XLSX, and a tidy long form as CSV.

Figures stand with a decimal point in every CSV, in Vietnamese too: a file says the same to every program that reads it.
A spreadsheet set to Vietnamese may take 1.5 for a day, so who works in one takes the XLSX, in which figures are numbers
and the reader's own program writes the commas; the explanations have them in every form.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import xlsxwriter

from services.scoring.exports.columns import COLUMNS
from services.scoring.exports.figures import TITLES, figure_rows
from services.scoring.exports.lines import Cell, Document, Head, Labels, Table, lines, text_of
from services.scoring.exports.sheets import MOST_ROWS, Sheets
from shared.events.vocabulary import Language

_NAMES: Final = {Language.VI: "Tiến độ", Language.EN: "Progress"}
_CHUNK: Final = 1 << 16  # letters
_BOM: Final = "\ufeff"  # by which a spreadsheet knows UTF-8
_STARTS_A_FORMULA: Final = "=+\\-@\0＝＋－＠﹢﹣﹦﹫−"
_UNSEEN: Final = " \u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"  # a spreadsheet may pass over these at a cell's start
# Where Vietnamese is set, Excel splits lines at semicolons, within quotes too; what is pasted, at tabs and line breaks.
_FORMULA: Final = re.compile(
    f'^(?=[{_UNSEEN}]*[{_STARTS_A_FORMULA}\t\r\n])|(?<=[;\t\r\n])(?=[{_UNSEEN}"]*[{_STARTS_A_FORMULA}])'
)


def progress_csv(documents: Iterable[Document], *, labels: Labels, language: Language) -> Iterator[bytes]:
    """Return a table for people as CSV, piece by piece: UTF-8 with BOM, CRLF, a row a judgement."""
    titles = [column.title(language) for column in COLUMNS]
    return _csv(titles, _rows(documents, labels=labels, language=language))


def figures_csv(documents: Iterable[Document], *, labels: Labels, language: Language) -> Iterator[bytes]:
    """Return the tidy long form as CSV, piece by piece: UTF-8 with BOM, CRLF, a row a figure."""
    return _csv(TITLES[language], figure_rows(lines(documents, labels=labels), language=language))


def progress_xlsx(
    documents: Iterable[Document],
    *,
    labels: Labels,
    language: Language,
    made_at: datetime,
    rows_per_sheet: int = MOST_ROWS,
) -> bytes:
    """Return the table for people as XLSX: a row a judgement."""
    heads = [Head(column.title(language), column.width) for column in COLUMNS]
    table = Table(_NAMES[language], heads, _rows(documents, labels=labels, language=language))
    return table_xlsx(table, language=language, made_at=made_at, rows_per_sheet=rows_per_sheet)


def table_csv(table: Table) -> Iterator[bytes]:
    """Return a table as CSV, piece by piece: UTF-8 with BOM, CRLF."""
    return _csv([head.title for head in table.heads], table.rows)


def table_xlsx(table: Table, *, language: Language, made_at: datetime, rows_per_sheet: int = MOST_ROWS) -> bytes:
    """Return a table as XLSX: figures are numbers, text is never a formula; more rows, more sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        sheets = Sheets(book, table=table, language=language, most_rows=rows_per_sheet)
        for row in table.rows:
            sheets.write(row)
        sheets.finish()
    return file.getvalue()


def _rows(documents: Iterable[Document], *, labels: Labels, language: Language) -> Iterator[list[Cell]]:
    for line in lines(documents, labels=labels):
        yield [column.read(line, language) for column in COLUMNS]


def _csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    piece = io.StringIO(_BOM, newline="")
    piece.seek(0, io.SEEK_END)
    writer = csv.writer(piece)
    writer.writerow(titles)
    for row in rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else text_of(cell) for cell in row])
        if piece.tell() >= _CHUNK:
            yield piece.getvalue().encode(errors="replace")
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue().encode(errors="replace")


def _harmless(text: str) -> str:
    """Return the text, with an apostrophe wherever a spreadsheet would take what follows for a formula.

    Source: OWASP ASVS 5, 1.2.10; full-width signs and separators within a text are our additions.
    """
    return _FORMULA.sub("'", text)
