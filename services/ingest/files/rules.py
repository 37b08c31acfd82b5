"""Reads the sheets of a file as tables, whose rows belong to submissions; every fault is named by its cell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from services.ingest.files import faults
from services.ingest.files.columns import FIGURES, NEARLY, NEEDED, TITLES, column_of, is_passed_over
from services.ingest.files.model import Cell, Reading, Row, RowGroup, Sheet, Table, place
from services.ingest.submissions.faults import REQUIRED
from shared.wording.faults import Fault

_HEADER_WITHIN: Final = 30  # lines of a sheet
_COLUMNS_OF_A_HEADER: Final = 2  # that tell it from a title
_OWNED_BY: Final = ("plan", "period", "agency")
_TEXTS: Final = frozenset({*NEEDED, "note"})
_YES: Final = {"có": True, "yes": True, "true": True, "không": False, "no": False, "false": False}
_LETTERS: Final = 26
_MOST_SHOWN: Final = 40
_RANGE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", re.ASCII)


class _Header(NamedTuple):
    number: int
    width: int
    read: dict[int, str]  # columns by their positions
    passed_over: set[int]


def read_tables(sheets: Iterable[Sheet]) -> Reading:
    """Return the rows of all sheets by submission, and every fault of the tables; an empty sheet is passed over.

    Rows that fill no figure report nothing and are left out.
    """
    reading = Reading()
    groups: dict[tuple[str, str, str], RowGroup] = {}
    count = 0
    for row in chain.from_iterable(_rows(sheet, reading) for sheet in sheets):
        count += 1
        if all(name in row.cells for name in _OWNED_BY):
            key = row.cells.pop("plan"), row.cells.pop("period"), row.cells.pop("agency")
            groups.setdefault(key, RowGroup(*key, [])).rows.append(row)
        if count > faults.MOST_ROWS:
            return Reading(faults=[faults.TOO_MANY_ROWS()])
        if len(groups) > faults.MOST_SUBMISSIONS:
            return Reading(faults=[faults.TOO_MANY_SUBMISSIONS()])
    if not count and not reading.faults:
        reading.faults.append(faults.NOTHING_TO_FILE())
    reading.groups.extend(groups.values())
    return reading


def letters_of(position: int) -> str:
    """Return the letters of a column by its position from 0: A, B, … AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _rows(sheet: Sheet, reading: Reading) -> Iterator[Row]:
    """Yield the rows of a sheet that report something; its faults, and its columns, are added to the reading."""
    lines = iter(sheet.lines)
    header = _header(sheet, lines, reading.faults)
    if header is None:
        return
    table = Table(sheet.name, {name: letters_of(position) for position, name in header.read.items()})
    reading.tables.append(table)
    number = header.number
    for number, cells in lines:
        filled = {position: cell for position, cell in enumerate(map(_trimmed, cells)) if cell is not None}
        if not filled:
            continue
        if sheet.is_even and len(cells) != header.width:
            fault = faults.WRONG_CELL_COUNT(place(sheet.name, "A", number), count=len(cells), wanted=header.width)
            reading.faults.append(fault)
            continue
        reading.faults.extend(
            faults.OUTSIDE_TABLE(place(sheet.name, letters_of(position), number))
            for position in filled
            if position not in header.read and position not in header.passed_over
        )
        row = _row({header.read[position]: cell for position, cell in filled.items() if position in header.read})
        if not any(name in row.cells or name in row.faults for name in (*FIGURES, "note")):
            continue
        placed = Row(len(reading.tables) - 1, number, row.cells, row.faults)
        _name_missing(placed, table, reading.faults)
        yield placed
    reading.faults.extend(_merged(sheet, header, last=number))


def _header(sheet: Sheet, lines: Iterator[tuple[int, Sequence[Cell]]], found: list[Fault]) -> _Header | None:
    """Return the header of a sheet, None where it has none; what is wrong with it is added to the faults."""
    is_empty = True
    for number, cells in lines:
        titles = {position: cell for position, cell in enumerate(map(_trimmed, cells)) if cell is not None}
        is_empty = is_empty and not titles
        named = {position: column_of(title) for position, title in titles.items() if isinstance(title, str)}
        if len({name for name in named.values() if name}) >= _COLUMNS_OF_A_HEADER:
            return _checked(sheet, number, len(cells), titles, found)
        if titles and number >= _HEADER_WITHIN:
            break
    if not is_empty:
        needed = {"needed_vi": ", ".join(TITLES[name] for name in NEEDED), "needed_en": ", ".join(NEEDED)}
        found.append(faults.NO_HEADER(place(sheet.name, "A", 1), **needed))
    return None


def _checked(sheet: Sheet, number: int, width: int, titles: Mapping[int, Cell], found: list[Fault]) -> _Header | None:
    read: dict[int, str] = {}
    passed_over: set[int] = set()
    for position, title in titles.items():
        at = place(sheet.name, letters_of(position), number)
        if isinstance(title, Fault):
            found.append(_at(title, at))
            passed_over.add(position)
            continue
        name = column_of(str(title))
        if name is None:
            passed_over.add(position)
            if not is_passed_over(str(title)):
                found.append(_unknown(at, str(title)))
        elif name in read.values():
            passed_over.add(position)
            found.append(faults.REPEATED_COLUMN(at, title=TITLES[name]))
        else:
            read[position] = name
    missing = [name for name in NEEDED if name not in read.values()]
    if not set(FIGURES) & set(read.values()):
        missing += FIGURES
    at = place(sheet.name, "A", number)
    found.extend(faults.MISSING_COLUMN(at, vi=TITLES[name], en=name) for name in missing)
    header = _Header(number, width, read, passed_over)
    if missing:
        found.extend(_merged(sheet, header, last=number))
        return None
    return header


def _row(cells: dict[str, Cell]) -> Row:
    """Return what the cells of a row say: texts as texts, yes and no as such, figures as they are."""
    read: dict[str, Any] = {}
    unreadable: dict[str, Fault] = {}
    for name, cell in cells.items():
        if isinstance(cell, Fault):
            unreadable[name] = cell
        elif name == "yes" and not isinstance(cell, bool):
            said = _YES.get(normalize("NFC", str(cell)).casefold())
            if said is None:
                unreadable[name] = faults.NOT_YES_OR_NO()
            else:
                read[name] = said
        else:
            read[name] = _text(cell) if name in _TEXTS else cell
    return Row(0, 0, read, unreadable)


def _text(cell: Cell) -> str:
    """Return a cell as text; a spreadsheet takes a period such as 2014 for a number."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _name_missing(row: Row, table: Table, found: list[Fault]) -> None:
    """Add a fault for each cell that has to say whose figure this is, and does not."""
    for name in _OWNED_BY:
        if name not in row.cells:
            fault = row.faults.pop(name, None) or REQUIRED("")
            found.append(_at(fault, place(table.name, table.columns[name], row.number)))


def _merged(sheet: Sheet, header: _Header, *, last: int) -> Iterator[Fault]:
    """Yield the merged cells that reach into what is read of the table."""
    for area in sheet.merged:
        if found := _RANGE.fullmatch(area):
            first_column, first_row, last_column, last_row = found.groups()
            columns = range(_position(first_column), _position(last_column) + 1)
            is_read = any(position in columns for position in header.read)
            if is_read and int(first_row) <= last and int(last_row) >= header.number:
                yield faults.MERGED_CELLS(place(sheet.name, first_column, int(first_row)), range=area)


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * _LETTERS + ord(letter) - ord("A") + 1
    return position - 1


def _unknown(at: str, title: str) -> Fault:
    near = get_close_matches(title[:_MOST_SHOWN], NEARLY, n=1)
    nearest_vi, nearest_en = (f" (gần nhất: “{near[0]}”)", f" (nearest: “{near[0]}”)") if near else ("", "")
    return faults.UNKNOWN_COLUMN(at, title=title[:_MOST_SHOWN], nearest_vi=nearest_vi, nearest_en=nearest_en)


def _trimmed(cell: Cell) -> Cell:
    return (cell.strip() or None) if isinstance(cell, str) else cell


def _at(fault: Fault, pointer: str) -> Fault:
    return Fault(pointer, fault.code, fault.vi, fault.en, fault.status)
