"""Opens a file as sheets: a workbook with openpyxl, or CSV; what could fill memory is refused before it is unpacked.

python-calamine is ten times as fast, but tells neither formulas nor the formats of numbers: 0.85 that is shown as 85%
would be taken for 0.85.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook

from services.ingest.files import faults
from services.ingest.files.columns import column_of
from services.ingest.files.model import Cell, Sheet
from shared.wording.faults import Fault

MOST_UNPACKED_BYTES: Final = 100 * 1024 * 1024
"""Of all parts of a workbook; 20,000 rows of a form have 15 MiB."""

_MOST_PARTS: Final = 1_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an old workbook, or a new one with a password
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_IS_ENCRYPTED: Final = 0x1  # of a part's flags
_CHUNK: Final = 1024 * 1024
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{1,24})"')
_LITERAL: Final = re.compile(r'"[^"]*"|\\.')
_SEPARATORS: Final = (",", ";", "\t")
_MOST_SHEET_NAME: Final = 31
_FULL: Final = 100
_CSV: Final = "CSV"
_FIRST_DAY: Final = date(1900, 1, 1)  # of a spreadsheet's calendar


class UnreadableFile(Exception):
    """The file as a whole cannot be taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def sheets_of(file: BinaryIO) -> Iterator[Sheet]:
    """Yield the sheets of a workbook, or the one of a CSV file; the lines of a sheet are read before the next is.

    Raises:
        UnreadableFile: it is neither, is encrypted, holds macros, or unpacks to more than is taken.
    """
    if is_workbook(file):
        yield from _workbook_sheets(file)
    else:
        rows = csv_rows(file)
        yield Sheet(_CSV, enumerate(rows, start=1), is_even=True)


def is_workbook(file: BinaryIO) -> bool:
    """Return whether a file is a workbook that may be opened; it is CSV otherwise.

    Raises:
        UnreadableFile: it is a workbook of another kind, or one that may not be opened.
    """
    beginning = file.read(len(_OLE))
    file.seek(0)
    if beginning == _OLE:
        raise UnreadableFile(faults.ENCRYPTED() if _ENCRYPTED in file.read() else faults.OLD_WORKBOOK())
    if not beginning.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise UnreadableFile(damaged()) from error
    file.seek(0)
    return True


def csv_rows(file: BinaryIO) -> Iterator[list[str]]:
    """Yield the records of a CSV file; commas, semicolons or tabs separate its cells.

    Raises:
        UnreadableFile: it is not in UTF-8 or UTF-16, or its quotes do not match.
    """
    text = _decoded(file.read())
    if "\0" in text:
        why = {"why_vi": "không phải văn bản", "why_en": "it is no text"}
        raise UnreadableFile(faults.NOT_A_TABLE(**why))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    began_at = 0
    try:
        for record in reader:
            yield record
            began_at = reader.line_num
    except csv.Error:
        raise UnreadableFile(faults.BAD_QUOTES(f"{_CSV}!A{began_at + 1}")) from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise UnreadableFile(faults.TOO_COMPLEX())
    for part in parts:
        name = part.orig_filename.replace("\\", "/")
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise UnreadableFile(faults.UNSAFE_ARCHIVE(path=repr(name[:100])))
        if part.flag_bits & _IS_ENCRYPTED:
            raise UnreadableFile(faults.ENCRYPTED())
        if name.lower().endswith("vbaproject.bin"):
            raise UnreadableFile(faults.HAS_MACROS())


def _workbook_sheets(file: BinaryIO) -> Iterator[Sheet]:
    with closing(load_workbook(file, read_only=True, keep_links=False)) as book:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs say that a sheet is smaller than it is
            yield Sheet(sheet.title[:_MOST_SHEET_NAME], _lines(sheet), _merged(sheet))


def _lines(sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if cells:
            yield number, [None if cell.value is None else _cell(cell) for cell in cells]


def _merged(sheet: Any) -> Iterator[str]:
    """Yield the merged ranges, which openpyxl leaves out where it reads line by line."""
    with sheet._get_source() as source:  # noqa: SLF001  there is no other way to a sheet's part
        before = b""
        while chunk := source.read(_CHUNK):
            searched = before + chunk
            end = 0
            for found in _MERGED.finditer(searched):
                yield found[1].decode()
                end = found.end()
            before = searched[max(end, len(searched) - 200) :]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return faults.FORMULA("")
    if cell.data_type == "e":
        return faults.ERROR_VALUE("", error=str(value)[:20])
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        is_in_percent = "%" in _LITERAL.sub("", cell.number_format or "")
        shown = format(value * _FULL, ".15g")
        return faults.IN_PERCENT("", held=repr(value), shown=shown) if is_in_percent else value
    return faults.IS_A_DATE("", day=value if isinstance(value, date) else _FIRST_DAY)  # or a time of day


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableFile(faults.NOT_UTF8(named="UTF-16")) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(faults.NOT_UTF8(named=_encoding_of(content))) from None


def _encoding_of(content: bytes) -> str:
    """Return which encoding a text that is not in UTF-8 has, by the Vietnamese titles and letters it then holds."""
    if b"\0" in content:
        return "UTF-16"
    text = unicodedata.normalize("NFC", content.decode("cp1258", errors="replace"))
    has_vietnamese = any("\u1ea0" <= sign <= "\u1ef9" or sign in "ăâđêôơưĂÂĐÊÔƠƯ" for sign in text)
    return "windows-1258" if has_vietnamese else "windows-1252"


def _separator(text: str) -> str:
    """Return what separates the cells of the header: that which makes most titles of it that are known."""

    def known(separator: str) -> int:
        return max(
            (sum(column_of(cell.strip('" ')) is not None for cell in line.split(separator)) for line in lines),
            default=0,
        )

    lines = text[:_CHUNK].splitlines()[:30]
    return max(_SEPARATORS, key=known)


def damaged() -> Fault:
    """Return the fault of a workbook that cannot be opened."""
    return faults.NOT_A_TABLE(why_vi="tệp .xlsx bị hỏng hoặc không đầy đủ", why_en="the .xlsx is damaged or incomplete")
