"""Workbooks and CSV as officers save them."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from openpyxl import Workbook

TITLES = ("plan", "period", "agency", "indicator", "numerator", "denominator", "value", "yes", "note")
SHARE = ("lam-dong-2014", "2014-03", "so-noi-vu", "edoc-exchange", 412, 510)


def workbook(*rows: Sequence[object], change: Callable[[Any], None] = lambda _: None) -> BinaryIO:
    """Return a workbook with these rows on its sheet `Sheet`; `change` is given the sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sheet"
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    return saved(book)


def form(*rows: Sequence[object], change: Callable[[Any], None] = lambda _: None) -> BinaryIO:
    """Return a workbook with these rows under the titles of a form."""
    return workbook(TITLES, *rows, change=change)


def saved(book: Any) -> BinaryIO:
    """Return a workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def with_part(file: BinaryIO, name: str, content: bytes) -> BinaryIO:
    """Return a workbook with another part in its archive."""
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    file.seek(0)
    return file


def csv_file(*lines: str, encoding: str = "utf-8") -> BinaryIO:
    """Return CSV with these lines under the titles of a form."""
    return io.BytesIO("\r\n".join([",".join(TITLES), *lines, ""]).encode(encoding))
